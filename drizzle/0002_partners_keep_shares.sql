-- A cooperation keeps its two sides while something is shared through it.
CREATE FUNCTION cooperations_keep_partners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.initiator_id, NEW.partner_id) IS DISTINCT FROM (OLD.initiator_id, OLD.partner_id)
    AND EXISTS (SELECT 1 FROM shares s WHERE s.cooperation_id = NEW.id) THEN
    RAISE EXCEPTION 'a share goes from one side of its cooperation to the other'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_between_partners';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER cooperations_keep_partners BEFORE UPDATE OF initiator_id, partner_id ON cooperations
  FOR EACH ROW EXECUTE FUNCTION cooperations_keep_partners();
