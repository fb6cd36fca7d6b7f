/**
 * Refunds. A receipt is what WeChat holds for us under one transaction_id, and its CHECK is the
 * ceiling: the trigger on refund keeps its sum, so that no statement and no race can pass it.
 * Late money may revive an order: closed to paid is allowed from here on, and nothing else is.
 */
export const name = '0002-refunds'

export const sql = `
CREATE TABLE receipt (
  id text PRIMARY KEY,
  mchid text NOT NULL,
  transaction_id text NOT NULL,
  out_trade_no text NOT NULL,
  order_id text REFERENCES customer_order (id),
  payment_id text REFERENCES payment (id),
  origin text NOT NULL CHECK (origin IN ('sale', 'suspense')),
  total_fen bigint NOT NULL CHECK (total_fen >= 1),
  reserved_fen bigint NOT NULL,
  parts bigint NOT NULL,
  paid_at_ms bigint NOT NULL,
  next_send_at_ms bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  UNIQUE (mchid, transaction_id),
  CONSTRAINT refund_ceiling CHECK (reserved_fen >= 0 AND reserved_fen <= total_fen),
  CONSTRAINT refund_parts CHECK (parts >= 0 AND parts <= 50),
  CHECK (origin = 'suspense' OR (order_id IS NOT NULL AND payment_id IS NOT NULL)),
  CHECK ((order_id IS NULL) = (payment_id IS NULL))
);
CREATE UNIQUE INDEX receipt_sale ON receipt (payment_id) WHERE origin = 'sale';

CREATE TABLE refund (
  id text PRIMARY KEY,
  receipt_id text NOT NULL REFERENCES receipt (id),
  mchid text NOT NULL,
  order_id text REFERENCES customer_order (id),
  out_refund_no text NOT NULL,
  refund_id text,
  external boolean NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen >= 1),
  reason text NOT NULL,
  request_body text,
  restock boolean NOT NULL,
  restocked boolean NOT NULL,
  status text NOT NULL CHECK (status IN
    ('frozen', 'accepted', 'refused', 'abnormal', 'reapplied', 'succeeded', 'closed')),
  status_at_ms bigint NOT NULL,
  problem text,
  sent_count bigint NOT NULL CHECK (sent_count >= 0),
  last_sent_at_ms bigint,
  accepted_at_ms bigint,
  received_account text,
  succeeded_at_ms bigint,
  closed_at_ms bigint,
  chain bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  version bigint NOT NULL,
  UNIQUE (mchid, out_refund_no),
  UNIQUE (mchid, refund_id),
  CHECK (external = (request_body IS NULL)),
  CHECK ((status = 'succeeded') = (succeeded_at_ms IS NOT NULL)),
  CHECK ((status = 'closed') = (closed_at_ms IS NOT NULL)),
  CHECK (status NOT IN ('accepted', 'abnormal', 'reapplied', 'succeeded')
    OR (refund_id IS NOT NULL AND accepted_at_ms IS NOT NULL)),
  CHECK ((sent_count = 0) = (last_sent_at_ms IS NULL)),
  CHECK (NOT restocked OR (restock AND status = 'succeeded'))
);
CREATE INDEX refund_receipt ON refund (receipt_id);
CREATE INDEX refund_order ON refund (order_id, created_at_ms, id);
-- The pieces of an order go back to the shelf once.
CREATE UNIQUE INDEX refund_restock ON refund (order_id) WHERE restock AND status <> 'closed';

CREATE INDEX task_open ON task (kind) WHERE status = 'open';

CREATE FUNCTION keep_refund_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.receipt_id, NEW.mchid, NEW.order_id, NEW.out_refund_no, NEW.external, NEW.amount_fen,
      NEW.reason, NEW.request_body, NEW.restock) IS DISTINCT FROM
     (OLD.receipt_id, OLD.mchid, OLD.order_id, OLD.out_refund_no, OLD.external, OLD.amount_fen,
      OLD.reason, OLD.request_body, OLD.restock) THEN
    RAISE EXCEPTION 'a frozen refund was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.refund_id IS NOT NULL AND NEW.refund_id IS DISTINCT FROM OLD.refund_id THEN
    RAISE EXCEPTION 'a refund got another refund_id' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status IN ('succeeded', 'closed') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'a settled refund never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refund_promises BEFORE UPDATE ON refund
  FOR EACH ROW EXECUTE FUNCTION keep_refund_promises();
CREATE TRIGGER refund_stays BEFORE DELETE ON refund
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Every refund that has not finally failed reserves its amount; closing gives it back once.
CREATE FUNCTION keep_refund_ceiling() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  was bigint := 0;
  becomes bigint := 0;
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.status <> 'closed' THEN was := OLD.amount_fen; END IF;
  IF NEW.status <> 'closed' THEN becomes := NEW.amount_fen; END IF;
  IF was <> becomes THEN
    UPDATE receipt SET reserved_fen = reserved_fen + becomes - was,
      parts = parts + sign(becomes - was)::bigint
      WHERE id = NEW.receipt_id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER refund_reserves AFTER INSERT OR UPDATE OF status ON refund
  FOR EACH ROW EXECUTE FUNCTION keep_refund_ceiling();

CREATE FUNCTION keep_receipt_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.mchid, NEW.transaction_id, NEW.out_trade_no, NEW.order_id, NEW.payment_id, NEW.origin,
      NEW.total_fen, NEW.paid_at_ms) IS DISTINCT FROM
     (OLD.mchid, OLD.transaction_id, OLD.out_trade_no, OLD.order_id, OLD.payment_id, OLD.origin,
      OLD.total_fen, OLD.paid_at_ms) THEN
    RAISE EXCEPTION 'a receipt was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER receipt_promises BEFORE UPDATE ON receipt
  FOR EACH ROW EXECUTE FUNCTION keep_receipt_promises();
CREATE TRIGGER receipt_stays BEFORE DELETE ON receipt
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE OR REPLACE FUNCTION keep_payment_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.amount_fen, NEW.out_trade_no, NEW.request_body, NEW.order_id, NEW.appid, NEW.mchid,
      NEW.openid) IS DISTINCT FROM
     (OLD.amount_fen, OLD.out_trade_no, OLD.request_body, OLD.order_id, OLD.appid, OLD.mchid,
      OLD.openid) THEN
    RAISE EXCEPTION 'a frozen payment was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD.status = 'paid' AND NEW.status <> 'paid') OR
     (OLD.status = 'closed' AND NEW.status NOT IN ('closed', 'paid')) THEN
    RAISE EXCEPTION 'a settled payment never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION keep_order_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.total_fen, NEW.account_id, NEW.openid) IS DISTINCT FROM
     (OLD.total_fen, OLD.account_id, OLD.openid) THEN
    RAISE EXCEPTION 'a placed order was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (OLD.status = 'paid' AND NEW.status <> 'paid') OR
     (OLD.status = 'closed' AND NEW.status NOT IN ('closed', 'paid')) THEN
    RAISE EXCEPTION 'a settled order never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
`
