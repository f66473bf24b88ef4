CREATE TYPE "public"."job_role" AS ENUM('OPERATOR', 'TOM', 'COM', 'VIEWER', 'NONE');--> statement-breakpoint
CREATE TYPE "public"."language" AS ENUM('EN', 'DE', 'ES', 'FR', 'PT', 'IT');--> statement-breakpoint
CREATE TYPE "public"."organization_role" AS ENUM('ADMIN', 'MODERATOR', 'ASSET_MANAGER_TECHNICAL', 'ASSET_MANAGER_COMMERCIAL', 'MEMBER', 'EXTERNAL');--> statement-breakpoint
CREATE TYPE "public"."plant_type" AS ENUM('SOLAR', 'WIND', 'BATTERY');--> statement-breakpoint
CREATE TYPE "public"."system_role" AS ENUM('ADMINISTRATOR', 'USER', 'DEMO');--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"action" text NOT NULL,
	"actor_user_id" uuid,
	"actor_name" text,
	"cooperation_id" uuid,
	"subject_id" text,
	"details" jsonb NOT NULL,
	"request_id" text NOT NULL,
	"ip_address" text
);
--> statement-breakpoint
CREATE TABLE "components" (
	"id" uuid PRIMARY KEY NOT NULL,
	"park_id" uuid NOT NULL,
	"parent_id" uuid,
	"name" text NOT NULL,
	"name_key" text collate "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL,
	"kind" text NOT NULL,
	"serial_number" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "components_id_park_key" UNIQUE("id","park_id"),
	CONSTRAINT "components_name_length" CHECK (char_length("components"."name") between 1 and 200),
	CONSTRAINT "components_kind_length" CHECK (char_length("components"."kind") between 1 and 100),
	CONSTRAINT "components_serial_number_length" CHECK (char_length("components"."serial_number") between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "cooperations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"initiator_id" uuid NOT NULL,
	"partner_id" uuid NOT NULL,
	"paused" boolean DEFAULT false NOT NULL,
	"purpose" text,
	"expires_at" timestamp (3) with time zone,
	"accepted_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "cooperations_not_with_oneself" CHECK ("cooperations"."initiator_id" <> "cooperations"."partner_id"),
	CONSTRAINT "cooperations_pending_not_paused" CHECK ("cooperations"."accepted_at" is not null or not "cooperations"."paused")
);
--> statement-breakpoint
CREATE TABLE "grants" (
	"id" uuid PRIMARY KEY NOT NULL,
	"membership_id" uuid NOT NULL,
	"portfolio_id" uuid,
	"park_id" uuid,
	"role" "job_role" NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"cooperation_id" uuid,
	"granted_by_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "grants_one_per_portfolio" UNIQUE("membership_id","portfolio_id"),
	CONSTRAINT "grants_one_per_park" UNIQUE("membership_id","park_id"),
	CONSTRAINT "grants_one_resource" CHECK (num_nonnulls("grants"."portfolio_id", "grants"."park_id") = 1),
	CONSTRAINT "grants_delegated_never_operator" CHECK ("grants"."cooperation_id" is null or "grants"."role" <> 'OPERATOR')
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"organization_id" uuid NOT NULL,
	"role" "organization_role" NOT NULL,
	"label" text,
	"active" boolean DEFAULT true NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"joined_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "memberships_one_per_user" UNIQUE("user_id"),
	CONSTRAINT "memberships_external_has_label" CHECK ("memberships"."role" <> 'EXTERNAL' or "memberships"."label" is not null),
	CONSTRAINT "memberships_label_length" CHECK (char_length("memberships"."label") between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "organizations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"identifier" text NOT NULL,
	"name" text NOT NULL,
	"placeholder" boolean DEFAULT false NOT NULL,
	"contact_email" text,
	"phone" text,
	"address" text,
	"country" text,
	"registration_number" text,
	"tax_id" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "organizations_identifier_key" UNIQUE("identifier"),
	CONSTRAINT "organizations_name_length" CHECK (char_length("organizations"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "parks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"portfolio_id" uuid NOT NULL,
	"name" text NOT NULL,
	"name_key" text collate "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL,
	"plant_type" "plant_type" NOT NULL,
	"capacity_kw" double precision NOT NULL,
	"latitude" double precision,
	"longitude" double precision,
	"time_zone" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "parks_id_organization_key" UNIQUE("id","organization_id"),
	CONSTRAINT "parks_name_length" CHECK (char_length("parks"."name") between 1 and 200),
	CONSTRAINT "parks_capacity_range" CHECK ("parks"."capacity_kw" between 0 and 1e9),
	CONSTRAINT "parks_latitude_range" CHECK ("parks"."latitude" between -90 and 90),
	CONSTRAINT "parks_longitude_range" CHECK ("parks"."longitude" between -180 and 180)
);
--> statement-breakpoint
CREATE TABLE "portfolios" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organization_id" uuid NOT NULL,
	"name" text NOT NULL,
	"name_key" text collate "C" GENERATED ALWAYS AS (lower(name)) STORED NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "portfolios_id_organization_key" UNIQUE("id","organization_id"),
	CONSTRAINT "portfolios_name_length" CHECK (char_length("portfolios"."name") between 1 and 200)
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"ip_address" text,
	"user_agent" text,
	CONSTRAINT "sessions_token_hash_key" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "shares" (
	"id" uuid PRIMARY KEY NOT NULL,
	"cooperation_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"recipient_id" uuid NOT NULL,
	"portfolio_id" uuid,
	"park_id" uuid,
	"role" "job_role" NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "shares_one_per_portfolio" UNIQUE("cooperation_id","portfolio_id"),
	CONSTRAINT "shares_one_per_park" UNIQUE("cooperation_id","park_id"),
	CONSTRAINT "shares_one_resource" CHECK (num_nonnulls("shares"."portfolio_id", "shares"."park_id") = 1),
	CONSTRAINT "shares_never_operator" CHECK ("shares"."role" in ('VIEWER', 'TOM', 'COM', 'NONE')),
	CONSTRAINT "shares_none_only_on_park" CHECK ("shares"."role" <> 'NONE' or "shares"."park_id" is not null)
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text,
	"language" "language" DEFAULT 'EN' NOT NULL,
	"system_role" "system_role" DEFAULT 'USER' NOT NULL,
	"suspended_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_email_key" UNIQUE("email"),
	CONSTRAINT "users_name_length" CHECK (char_length("users"."name") between 1 and 200)
);
--> statement-breakpoint
ALTER TABLE "components" ADD CONSTRAINT "components_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "components" ADD CONSTRAINT "components_parent_in_park_fk" FOREIGN KEY ("parent_id","park_id") REFERENCES "public"."components"("id","park_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cooperations" ADD CONSTRAINT "cooperations_initiator_id_organizations_id_fk" FOREIGN KEY ("initiator_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cooperations" ADD CONSTRAINT "cooperations_partner_id_organizations_id_fk" FOREIGN KEY ("partner_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_membership_id_memberships_id_fk" FOREIGN KEY ("membership_id") REFERENCES "public"."memberships"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_cooperation_id_cooperations_id_fk" FOREIGN KEY ("cooperation_id") REFERENCES "public"."cooperations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "grants" ADD CONSTRAINT "grants_granted_by_id_users_id_fk" FOREIGN KEY ("granted_by_id") REFERENCES "public"."users"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "parks" ADD CONSTRAINT "parks_portfolio_of_organization_fk" FOREIGN KEY ("portfolio_id","organization_id") REFERENCES "public"."portfolios"("id","organization_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portfolios" ADD CONSTRAINT "portfolios_organization_id_organizations_id_fk" FOREIGN KEY ("organization_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_cooperation_id_cooperations_id_fk" FOREIGN KEY ("cooperation_id") REFERENCES "public"."cooperations"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_recipient_id_organizations_id_fk" FOREIGN KEY ("recipient_id") REFERENCES "public"."organizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_portfolio_of_owner_fk" FOREIGN KEY ("portfolio_id","owner_id") REFERENCES "public"."portfolios"("id","organization_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "shares" ADD CONSTRAINT "shares_park_of_owner_fk" FOREIGN KEY ("park_id","owner_id") REFERENCES "public"."parks"("id","organization_id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_events_organization_idx" ON "audit_events" USING btree ("organization_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "components_of_park_idx" ON "components" USING btree ("park_id","name_key","id");--> statement-breakpoint
CREATE INDEX "components_of_parent_idx" ON "components" USING btree ("parent_id","name_key","id");--> statement-breakpoint
CREATE UNIQUE INDEX "cooperations_one_per_pair" ON "cooperations" USING btree (least("initiator_id", "partner_id"),greatest("initiator_id", "partner_id"));--> statement-breakpoint
CREATE INDEX "cooperations_initiator_idx" ON "cooperations" USING btree ("initiator_id");--> statement-breakpoint
CREATE INDEX "cooperations_partner_idx" ON "cooperations" USING btree ("partner_id");--> statement-breakpoint
CREATE INDEX "grants_portfolio_idx" ON "grants" USING btree ("portfolio_id");--> statement-breakpoint
CREATE INDEX "grants_park_idx" ON "grants" USING btree ("park_id");--> statement-breakpoint
CREATE INDEX "grants_cooperation_idx" ON "grants" USING btree ("cooperation_id");--> statement-breakpoint
CREATE INDEX "memberships_organization_id_idx" ON "memberships" USING btree ("organization_id");--> statement-breakpoint
CREATE INDEX "parks_of_organization_idx" ON "parks" USING btree ("organization_id","name_key","id");--> statement-breakpoint
CREATE INDEX "parks_of_portfolio_idx" ON "parks" USING btree ("portfolio_id","name_key","id");--> statement-breakpoint
CREATE INDEX "portfolios_by_name_idx" ON "portfolios" USING btree ("organization_id","name_key","id");--> statement-breakpoint
CREATE INDEX "sessions_user_id_idx" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "shares_recipient_idx" ON "shares" USING btree ("recipient_id");--> statement-breakpoint
CREATE INDEX "shares_portfolio_idx" ON "shares" USING btree ("portfolio_id");--> statement-breakpoint
CREATE INDEX "shares_park_idx" ON "shares" USING btree ("park_id");