/**
 * A large refund waits for a second person. Who asked never changes, an approval is given once and
 * never taken back, nobody approves what he asked for himself, and what nobody approved was never
 * sent. Refunds from before this migration needed nobody, and neither do those of a server that
 * does not know of it yet while both run.
 */
export const name = '0008-approval'

export const sql = `
ALTER TABLE refund ADD COLUMN requested_by text;
-- The default is for the release before, which serves beside this one and does not know the column.
ALTER TABLE refund ADD COLUMN approval text NOT NULL DEFAULT 'not_needed'
  CHECK (approval IN ('not_needed', 'awaiting', 'approved', 'declined'));
ALTER TABLE refund ADD COLUMN decided_by text;
ALTER TABLE refund ADD COLUMN decided_at_ms bigint;
ALTER TABLE refund ADD COLUMN decline_reason text;
ALTER TABLE refund ADD CONSTRAINT refund_asked_by_somebody
  CHECK (approval = 'not_needed' OR (requested_by IS NOT NULL AND NOT external));
ALTER TABLE refund ADD CONSTRAINT refund_decided
  CHECK ((approval IN ('approved', 'declined')) = (decided_by IS NOT NULL)
    AND (decided_by IS NULL) = (decided_at_ms IS NULL)
    AND (approval = 'declined') = (decline_reason IS NOT NULL));
ALTER TABLE refund ADD CONSTRAINT refund_second_person
  CHECK (approval <> 'approved' OR decided_by <> requested_by);
ALTER TABLE refund ADD CONSTRAINT refund_sent_approved
  CHECK (approval IN ('not_needed', 'approved') OR sent_count = 0);

CREATE FUNCTION keep_refund_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.requested_by IS DISTINCT FROM OLD.requested_by THEN
    RAISE EXCEPTION 'a frozen refund was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.approval <> 'awaiting' AND (NEW.approval, NEW.decided_by, NEW.decided_at_ms,
      NEW.decline_reason) IS DISTINCT FROM (OLD.approval, OLD.decided_by, OLD.decided_at_ms,
      OLD.decline_reason) OR NEW.approval = 'not_needed' AND OLD.approval = 'awaiting' THEN
    RAISE EXCEPTION 'an approval is given once' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_approval BEFORE UPDATE ON refund
  FOR EACH ROW EXECUTE FUNCTION keep_refund_approval();
`
