-- A component is never its own ancestor. The park row is locked first, so that two moves in one park cannot close a ring together.
CREATE FUNCTION components_acyclic() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM 1 FROM parks WHERE id = NEW.park_id FOR NO KEY UPDATE;
  IF NEW.parent_id IS NOT NULL AND (
    NEW.parent_id = NEW.id OR EXISTS (
      WITH RECURSIVE ancestors(id, parent_id) AS (
        SELECT c.id, c.parent_id FROM components c WHERE c.id = NEW.parent_id
        UNION
        SELECT c.id, c.parent_id FROM components c JOIN ancestors a ON c.id = a.parent_id
      )
      SELECT 1 FROM ancestors WHERE parent_id = NEW.id
    )
  ) THEN
    RAISE EXCEPTION 'a component cannot be its own ancestor'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'components_acyclic';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER components_acyclic BEFORE INSERT OR UPDATE OF parent_id, park_id ON components
  FOR EACH ROW EXECUTE FUNCTION components_acyclic();
--> statement-breakpoint
-- A share goes from one side of its cooperation to the other, never onward (P7).
CREATE FUNCTION shares_between_partners() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (
    SELECT 1 FROM cooperations c
    WHERE c.id = NEW.cooperation_id
      AND ((c.initiator_id = NEW.owner_id AND c.partner_id = NEW.recipient_id)
        OR (c.partner_id = NEW.owner_id AND c.initiator_id = NEW.recipient_id))
  ) THEN
    RAISE EXCEPTION 'a share goes from one side of its cooperation to the other'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'shares_between_partners';
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER shares_between_partners BEFORE INSERT OR UPDATE OF cooperation_id, owner_id, recipient_id ON shares
  FOR EACH ROW EXECUTE FUNCTION shares_between_partners();
