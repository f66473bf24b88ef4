ALTER TABLE "organizations" DROP CONSTRAINT "organizations_name_length";--> statement-breakpoint
ALTER TABLE "cooperations" ADD COLUMN "invited_by_id" uuid;--> statement-breakpoint
ALTER TABLE "cooperations" ADD CONSTRAINT "cooperations_invited_by_id_users_id_fk" FOREIGN KEY ("invited_by_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "invitations_cooperation_idx" ON "invitations" USING btree ("cooperation_id");--> statement-breakpoint
ALTER TABLE "cooperations" ADD CONSTRAINT "cooperations_purpose_length" CHECK (char_length("cooperations"."purpose") between 1 and 500);--> statement-breakpoint
ALTER TABLE "organizations" ADD CONSTRAINT "organizations_name_length" CHECK (char_length("organizations"."name") between 1 and case when "organizations"."placeholder" then 254 else 200 end);