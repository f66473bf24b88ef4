CREATE TYPE "public"."account_link_kind" AS ENUM('VERIFICATION', 'EMAIL_CHANGE', 'PASSWORD_RESET');--> statement-breakpoint
CREATE TYPE "public"."invitation_status" AS ENUM('PENDING', 'ACCEPTED', 'DECLINED', 'REVOKED');--> statement-breakpoint
CREATE TYPE "public"."invitation_type" AS ENUM('PLATFORM', 'ORGANIZATION', 'COOPERATION');--> statement-breakpoint
CREATE TYPE "public"."link_kind" AS ENUM('INVITATION', 'VERIFICATION', 'EMAIL_CHANGE', 'PASSWORD_RESET');--> statement-breakpoint
CREATE TYPE "public"."mail_status" AS ENUM('QUEUED', 'SENT', 'SUPERSEDED', 'FAILED');--> statement-breakpoint
CREATE TYPE "public"."mail_template" AS ENUM('PLATFORM_INVITATION', 'ORGANIZATION_INVITATION', 'COOPERATION_INVITATION', 'VERIFICATION', 'ALREADY_REGISTERED', 'EMAIL_CHANGE', 'EMAIL_CHANGED', 'PASSWORD_RESET', 'PASSWORD_CHANGED', 'MEMBER_REMOVED', 'COOPERATION_REQUESTED');--> statement-breakpoint
CREATE TABLE "account_links" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" "account_link_kind" NOT NULL,
	"user_id" uuid NOT NULL,
	"email" text NOT NULL,
	"rotation" integer DEFAULT 0 NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"name" text,
	"password_hash" text,
	"language" "language",
	"invitation_id" uuid,
	CONSTRAINT "account_links_token_hash_key" UNIQUE("token_hash"),
	CONSTRAINT "account_links_registration" CHECK (num_nonnulls("account_links"."name", "account_links"."password_hash", "account_links"."language") = case when "account_links"."kind" = 'VERIFICATION' then 3 else 0 end),
	CONSTRAINT "account_links_invitation_on_verification" CHECK ("account_links"."invitation_id" is null or "account_links"."kind" = 'VERIFICATION')
);
--> statement-breakpoint
CREATE TABLE "invitation_grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"invitation_id" uuid NOT NULL,
	"portfolio_id" uuid,
	"park_id" uuid,
	"role" "job_role" NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"granted_by_id" uuid NOT NULL,
	CONSTRAINT "invitation_grants_one_per_portfolio" UNIQUE("invitation_id","portfolio_id"),
	CONSTRAINT "invitation_grants_one_per_park" UNIQUE("invitation_id","park_id"),
	CONSTRAINT "invitation_grants_one_resource" CHECK (num_nonnulls("invitation_grants"."portfolio_id", "invitation_grants"."park_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"type" "invitation_type" NOT NULL,
	"email" text NOT NULL,
	"status" "invitation_status" DEFAULT 'PENDING' NOT NULL,
	"organization_id" uuid,
	"cooperation_id" uuid,
	"role" "organization_role",
	"label" text,
	"language" "language" NOT NULL,
	"invited_by_id" uuid NOT NULL,
	"rotation" integer DEFAULT 0 NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"settled_at" timestamp (3) with time zone,
	"accepted_by_id" uuid,
	CONSTRAINT "invitations_token_hash_key" UNIQUE("token_hash"),
	CONSTRAINT "invitations_fit_their_type" CHECK (("invitations"."type" = 'PLATFORM') = ("invitations"."organization_id" is null)
        and ("invitations"."type" = 'ORGANIZATION') = ("invitations"."role" is not null)
        and ("invitations"."cooperation_id" is null or "invitations"."type" = 'COOPERATION')
        and ("invitations"."cooperation_id" is not null or "invitations"."type" <> 'COOPERATION' or "invitations"."status" <> 'PENDING')),
	CONSTRAINT "invitations_external_has_label" CHECK ("invitations"."role" <> 'EXTERNAL' or "invitations"."label" is not null),
	CONSTRAINT "invitations_label_length" CHECK (char_length("invitations"."label") between 1 and 100),
	CONSTRAINT "invitations_settled" CHECK (("invitations"."status" = 'PENDING') = ("invitations"."settled_at" is null))
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"template" "mail_template" NOT NULL,
	"language" "language" NOT NULL,
	"recipient" text NOT NULL,
	"params" jsonb NOT NULL,
	"link_kind" "link_kind",
	"link_id" uuid,
	"link_rotation" integer,
	"status" "mail_status" DEFAULT 'QUEUED' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"last_error" text,
	CONSTRAINT "mails_link_complete" CHECK (num_nonnulls("mails"."link_kind", "mails"."link_id", "mails"."link_rotation") in (0, 3)),
	CONSTRAINT "mails_sent" CHECK (("mails"."status" = 'SENT') = ("mails"."sent_at" is not null))
);
--> statement-breakpoint
CREATE TABLE "rate_limits" (
	"key" text PRIMARY KEY NOT NULL,
	"points" integer NOT NULL,
	"expire" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "organizations" ADD COLUMN "name_key" text collate "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "verified_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "deleted_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "name_key" text collate "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL;--> statement-breakpoint
ALTER TABLE "account_links" ADD CONSTRAINT "account_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_links" ADD CONSTRAINT "account_links_invitation_id_invitations_id_fk" FOREIGN KEY ("invitation_id") REFERENCES "public"."invitations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_grants" ADD CONSTRAINT "invitation_grants_invitation_id_invitations_id_fk" FOREIGN KEY ("invitation_id") REFERENCES "public"."invitations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_grants" ADD CONSTRAINT "invitation_grants_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_grants" ADD CONSTRAINT "invitation_grants_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitation_grants" ADD CONSTRAINT "invitation_grants_granted_by_id_users_id_fk" FOREIGN KEY ("granted_by_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_cooperation_id_cooperations_id_fk" FOREIGN KEY ("cooperation_id") REFERENCES "public"."cooperations"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_invited_by_id_users_id_fk" FOREIGN KEY ("invited_by_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_accepted_by_id_users_id_fk" FOREIGN KEY ("accepted_by_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "account_links_one_of_each" ON "account_links" USING btree ("user_id","kind") WHERE "account_links"."kind" <> 'VERIFICATION';--> statement-breakpoint
CREATE INDEX "account_links_user_idx" ON "account_links" USING btree ("user_id");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_one_open" ON "invitations" USING btree ("type",coalesce("organization_id", '00000000-0000-0000-0000-000000000000'::uuid),"email") WHERE "invitations"."status" = 'PENDING';--> statement-breakpoint
CREATE INDEX "invitations_of_organization_idx" ON "invitations" USING btree ("organization_id","created_at","id");--> statement-breakpoint
CREATE INDEX "invitations_email_idx" ON "invitations" USING btree ("email");--> statement-breakpoint
CREATE INDEX "mails_due_idx" ON "mails" USING btree ("due_at","id") WHERE "mails"."status" = 'QUEUED';--> statement-breakpoint
CREATE INDEX "organizations_by_name_idx" ON "organizations" USING btree ("name_key","id");--> statement-breakpoint
CREATE INDEX "users_by_name_idx" ON "users" USING btree ("name_key","id");--> statement-breakpoint
-- Who has an account already has been known by it.
UPDATE "users" SET "verified_at" = "created_at";
