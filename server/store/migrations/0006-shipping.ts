/**
 * Shipping information: what was shipped and what WeChat was told; pushed messages, stored before
 * they are answered; subscribe messages, each said once. A shipping status never goes back.
 */
export const name = '0006-shipping'

export const sql = `
-- What is_trade_managed said of a mini program; no row: not known yet.
CREATE TABLE trade_management (
  appid text PRIMARY KEY,
  managed boolean NOT NULL,
  asked_at_ms bigint NOT NULL
);

CREATE TABLE shipment (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES customer_order (id),
  appid text NOT NULL,
  sequence bigint NOT NULL CHECK (sequence >= 1),
  logistics_type bigint NOT NULL CHECK (logistics_type BETWEEN 1 AND 4),
  delivery_mode bigint NOT NULL CHECK (delivery_mode IN (1, 2)),
  is_final boolean NOT NULL,
  kind text NOT NULL CHECK (kind IN ('first', 'more', 'again')),
  parcels jsonb NOT NULL CHECK (jsonb_array_length(parcels) BETWEEN 1 AND 15),
  request_body text NOT NULL,
  status text NOT NULL CHECK (status IN
    ('queued', 'uploaded', 'recorded', 'refused', 'cancelled')),
  problem text,
  sent_count bigint NOT NULL CHECK (sent_count >= 0),
  uploaded_at_ms bigint,
  created_at_ms bigint NOT NULL,
  version bigint NOT NULL,
  UNIQUE (order_id, sequence),
  CHECK ((status = 'uploaded') = (uploaded_at_ms IS NOT NULL)),
  CHECK (status <> 'uploaded' OR sent_count >= 1),
  CHECK (delivery_mode = 2 OR (is_final AND jsonb_array_length(parcels) = 1)),
  CHECK (logistics_type = 1 OR delivery_mode = 1)
);
-- WeChat lets an order be shipped anew once, and begun once.
CREATE UNIQUE INDEX shipment_again ON shipment (order_id)
  WHERE kind = 'again' AND status IN ('queued', 'uploaded', 'recorded');
CREATE UNIQUE INDEX shipment_first ON shipment (order_id)
  WHERE kind = 'first' AND status IN ('queued', 'uploaded', 'recorded');
CREATE INDEX order_to_ship ON customer_order (paid_at_ms, id) WHERE shipping_status = 'to_ship';

CREATE FUNCTION keep_shipment_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.order_id, NEW.appid, NEW.sequence, NEW.logistics_type, NEW.delivery_mode, NEW.is_final,
      NEW.kind, NEW.parcels, NEW.request_body) IS DISTINCT FROM
     (OLD.order_id, OLD.appid, OLD.sequence, OLD.logistics_type, OLD.delivery_mode, OLD.is_final,
      OLD.kind, OLD.parcels, OLD.request_body) THEN
    RAISE EXCEPTION 'a frozen shipment was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status <> 'queued' AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'a settled shipment never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER shipment_promises BEFORE UPDATE ON shipment
  FOR EACH ROW EXECUTE FUNCTION keep_shipment_promises();

-- not_required is also the end of an order of which all money went back unshipped.
CREATE FUNCTION keep_shipping_forward() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  ranks text[] := ARRAY['not_required', 'to_ship', 'shipped', 'received', 'settled'];
BEGIN
  IF NEW.shipping_status <> 'not_required' AND NEW.status <> 'paid' THEN
    RAISE EXCEPTION 'an unpaid order is not shipped' USING ERRCODE = 'restrict_violation';
  END IF;
  IF array_position(ranks, NEW.shipping_status) < array_position(ranks, OLD.shipping_status)
     AND NOT (OLD.shipping_status = 'to_ship' AND NEW.shipping_status = 'not_required') THEN
    RAISE EXCEPTION 'shipping never goes back' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_shipping BEFORE UPDATE OF shipping_status ON customer_order
  FOR EACH ROW EXECUTE FUNCTION keep_shipping_forward();

CREATE TABLE push_message (
  id text PRIMARY KEY,
  appid text NOT NULL,
  -- Hash of the message: WeChat's repetitions are one row.
  digest text NOT NULL,
  event text NOT NULL,
  content jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('new', 'applied', 'ignored')),
  received_at_ms bigint NOT NULL,
  handled_at_ms bigint,
  UNIQUE (appid, digest),
  CHECK ((status = 'new') = (handled_at_ms IS NULL))
);

CREATE TABLE person_message (
  id text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('paid', 'shipped', 'refunded')),
  -- The order or the refund that it tells of: each is told once.
  subject text NOT NULL,
  order_id text NOT NULL REFERENCES customer_order (id),
  appid text NOT NULL,
  request_body text NOT NULL,
  status text NOT NULL CHECK (status IN ('queued', 'sent', 'unwanted', 'failed')),
  sent_count bigint NOT NULL CHECK (sent_count >= 0),
  errcode bigint,
  created_at_ms bigint NOT NULL,
  ended_at_ms bigint,
  UNIQUE (kind, subject),
  CHECK ((status = 'queued') = (ended_at_ms IS NULL))
);
`
