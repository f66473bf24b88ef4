CREATE TYPE "public"."event_severity" AS ENUM('INFO', 'WARNING', 'ERROR');--> statement-breakpoint
CREATE TYPE "public"."permission_group" AS ENUM('FULL_ACCESS', 'REPORTING', 'TIMESERIES');--> statement-breakpoint
CREATE TYPE "public"."report_kind" AS ENUM('PRODUCTION', 'EVENTS', 'TICKETS');--> statement-breakpoint
CREATE TYPE "public"."ticket_status" AS ENUM('OPEN', 'CLOSED');--> statement-breakpoint
CREATE TABLE "api_token_scopes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"token_id" uuid NOT NULL,
	"portfolio_id" uuid,
	"park_id" uuid,
	CONSTRAINT "api_token_scopes_one_per_portfolio" UNIQUE("token_id","portfolio_id"),
	CONSTRAINT "api_token_scopes_one_per_park" UNIQUE("token_id","park_id"),
	CONSTRAINT "api_token_scopes_one_resource" CHECK (num_nonnulls("api_token_scopes"."portfolio_id", "api_token_scopes"."park_id") = 1)
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"membership_id" uuid NOT NULL,
	"name" text NOT NULL,
	"permission_group" "permission_group" NOT NULL,
	"scoped" boolean NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"hint" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone,
	"revoked_at" timestamp (3) with time zone,
	"last_used_at" timestamp (3) with time zone,
	CONSTRAINT "api_tokens_token_hash_key" UNIQUE("token_hash"),
	CONSTRAINT "api_tokens_name_length" CHECK (char_length("api_tokens"."name") between 1 and 100)
);
--> statement-breakpoint
CREATE TABLE "contracts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"park_id" uuid NOT NULL,
	"title" text NOT NULL,
	"counterparty" text NOT NULL,
	"starts_on" timestamp (3) with time zone NOT NULL,
	"ends_on" timestamp (3) with time zone,
	"price_per_mwh" double precision,
	"currency" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "contracts_title_length" CHECK (char_length("contracts"."title") between 1 and 200),
	CONSTRAINT "contracts_counterparty_length" CHECK (char_length("contracts"."counterparty") between 1 and 200),
	CONSTRAINT "contracts_ends_after_it_starts" CHECK ("contracts"."ends_on" > "contracts"."starts_on"),
	CONSTRAINT "contracts_currency" CHECK ("contracts"."currency" ~ '^[A-Z]{3}$'),
	CONSTRAINT "contracts_price_has_currency" CHECK ("contracts"."price_per_mwh" is null or "contracts"."currency" is not null)
);
--> statement-breakpoint
CREATE TABLE "metric_points" (
	"series_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"value" double precision NOT NULL,
	CONSTRAINT "metric_points_pkey" PRIMARY KEY("series_id","at"),
	CONSTRAINT "metric_points_finite" CHECK ("metric_points"."value" > '-Infinity' and "metric_points"."value" < 'Infinity')
);
--> statement-breakpoint
CREATE TABLE "metric_series" (
	"id" uuid PRIMARY KEY NOT NULL,
	"park_id" uuid NOT NULL,
	"metric" text NOT NULL,
	"unit" text,
	CONSTRAINT "metric_series_one_per_metric" UNIQUE("park_id","metric"),
	CONSTRAINT "metric_series_metric_length" CHECK (char_length("metric_series"."metric") between 1 and 100),
	CONSTRAINT "metric_series_unit_length" CHECK (char_length("metric_series"."unit") between 1 and 20)
);
--> statement-breakpoint
CREATE TABLE "plant_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"park_id" uuid NOT NULL,
	"component_id" uuid,
	"severity" "event_severity" NOT NULL,
	"message" text NOT NULL,
	"occurred_at" timestamp (3) with time zone NOT NULL,
	"acknowledged_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "plant_events_message_length" CHECK (char_length("plant_events"."message") between 1 and 2000)
);
--> statement-breakpoint
CREATE TABLE "report_parks" (
	"report_id" uuid NOT NULL,
	"position" integer NOT NULL,
	"park_id" uuid,
	CONSTRAINT "report_parks_pkey" PRIMARY KEY("report_id","position")
);
--> statement-breakpoint
CREATE TABLE "reports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"membership_id" uuid NOT NULL,
	"kind" "report_kind" NOT NULL,
	"from_at" timestamp (3) with time zone NOT NULL,
	"to_at" timestamp (3) with time zone NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "reports_from_before_to" CHECK ("reports"."from_at" < "reports"."to_at")
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"park_id" uuid NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"status" "ticket_status" DEFAULT 'OPEN' NOT NULL,
	"created_by_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "tickets_title_length" CHECK (char_length("tickets"."title") between 1 and 200),
	CONSTRAINT "tickets_body_length" CHECK (char_length("tickets"."body") between 1 and 10000),
	CONSTRAINT "tickets_closed" CHECK (("tickets"."status" = 'CLOSED') = ("tickets"."closed_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "audit_events" ADD COLUMN "api_token_id" uuid;--> statement-breakpoint
ALTER TABLE "api_token_scopes" ADD CONSTRAINT "api_token_scopes_token_id_api_tokens_id_fk" FOREIGN KEY ("token_id") REFERENCES "public"."api_tokens"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token_scopes" ADD CONSTRAINT "api_token_scopes_portfolio_id_portfolios_id_fk" FOREIGN KEY ("portfolio_id") REFERENCES "public"."portfolios"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_token_scopes" ADD CONSTRAINT "api_token_scopes_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_membership_id_memberships_id_fk" FOREIGN KEY ("membership_id") REFERENCES "public"."memberships"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_points" ADD CONSTRAINT "metric_points_series_id_metric_series_id_fk" FOREIGN KEY ("series_id") REFERENCES "public"."metric_series"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "metric_series" ADD CONSTRAINT "metric_series_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plant_events" ADD CONSTRAINT "plant_events_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "plant_events" ADD CONSTRAINT "plant_events_component_in_park_fk" FOREIGN KEY ("component_id","park_id") REFERENCES "public"."components"("id","park_id") ON DELETE SET NULL ("component_id") ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_parks" ADD CONSTRAINT "report_parks_report_id_reports_id_fk" FOREIGN KEY ("report_id") REFERENCES "public"."reports"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "report_parks" ADD CONSTRAINT "report_parks_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE set null ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reports" ADD CONSTRAINT "reports_membership_id_memberships_id_fk" FOREIGN KEY ("membership_id") REFERENCES "public"."memberships"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_park_id_parks_id_fk" FOREIGN KEY ("park_id") REFERENCES "public"."parks"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_created_by_id_users_id_fk" FOREIGN KEY ("created_by_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "api_token_scopes_portfolio_idx" ON "api_token_scopes" USING btree ("portfolio_id");--> statement-breakpoint
CREATE INDEX "api_token_scopes_park_idx" ON "api_token_scopes" USING btree ("park_id");--> statement-breakpoint
CREATE INDEX "api_tokens_of_member_idx" ON "api_tokens" USING btree ("membership_id","created_at","id");--> statement-breakpoint
CREATE INDEX "contracts_of_park_idx" ON "contracts" USING btree ("park_id","starts_on","id");--> statement-breakpoint
CREATE INDEX "plant_events_of_park_idx" ON "plant_events" USING btree ("park_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "plant_events_component_idx" ON "plant_events" USING btree ("component_id");--> statement-breakpoint
CREATE INDEX "report_parks_park_idx" ON "report_parks" USING btree ("park_id");--> statement-breakpoint
CREATE INDEX "reports_of_member_idx" ON "reports" USING btree ("membership_id","created_at","id");--> statement-breakpoint
CREATE INDEX "tickets_of_park_idx" ON "tickets" USING btree ("park_id","created_at","id");