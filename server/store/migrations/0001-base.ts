/**
 * The first schema. Instants are whole milliseconds since the epoch (`_ms`), amounts whole fen
 * (`_fen`). No column has a default that reads the clock or draws chance: both come from ports.
 */
export const name = '0001-base'

export const sql = `
CREATE TABLE account (
  id text PRIMARY KEY,
  status text NOT NULL CHECK (status IN ('active', 'disabled')),
  generation bigint NOT NULL CHECK (generation >= 0),
  phone_sealed bytea,
  phone_masked text,
  created_at_ms bigint NOT NULL,
  CHECK ((phone_sealed IS NULL) = (phone_masked IS NULL))
);

CREATE TABLE identity (
  appid text NOT NULL,
  openid text NOT NULL,
  account_id text NOT NULL REFERENCES account (id),
  unionid text,
  session_key_sealed bytea,
  session_key_at_ms bigint,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (appid, openid),
  UNIQUE (account_id, appid)
);

CREATE TABLE union_account (
  unionid text PRIMARY KEY,
  account_id text NOT NULL REFERENCES account (id)
);

CREATE TABLE session (
  token_hash text PRIMARY KEY,
  account_id text NOT NULL,
  appid text NOT NULL,
  scope text NOT NULL CHECK (scope IN ('person', 'operator')),
  generation bigint NOT NULL,
  created_at_ms bigint NOT NULL,
  last_seen_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL
);
CREATE INDEX session_account ON session (account_id);
CREATE INDEX session_expiry ON session (expires_at_ms);

CREATE TABLE used_code (
  code_hash text PRIMARY KEY,
  kind text NOT NULL CHECK (kind IN ('login', 'phone')),
  appid text NOT NULL,
  used_at_ms bigint NOT NULL
);
CREATE INDEX used_code_age ON used_code (used_at_ms);

CREATE TABLE access_token (
  appid text PRIMARY KEY,
  sealed bytea,
  expires_at_ms bigint NOT NULL,
  version bigint NOT NULL,
  lease_until_ms bigint NOT NULL
);

CREATE TABLE product (
  id text PRIMARY KEY,
  name text NOT NULL,
  description text NOT NULL,
  price_fen bigint NOT NULL CHECK (price_fen >= 1),
  currency text NOT NULL CHECK (currency = 'CNY'),
  stock bigint CHECK (stock >= 0),
  image_url text NOT NULL,
  active boolean NOT NULL,
  position bigint NOT NULL,
  updated_at_ms bigint NOT NULL
);
CREATE INDEX product_page ON product (position, id) WHERE active;

CREATE TABLE customer_order (
  id text PRIMARY KEY,
  account_id text NOT NULL REFERENCES account (id),
  appid text NOT NULL,
  openid text NOT NULL,
  mchid text NOT NULL,
  status text NOT NULL CHECK (status IN ('unpaid', 'paid', 'closed')),
  total_fen bigint NOT NULL CHECK (total_fen >= 1),
  currency text NOT NULL CHECK (currency = 'CNY'),
  created_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  paid_at_ms bigint,
  close_reason text CHECK (close_reason IN ('cancelled', 'expired')),
  stock_held boolean NOT NULL,
  refunded_total_fen bigint NOT NULL DEFAULT 0
    CHECK (refunded_total_fen >= 0 AND refunded_total_fen <= total_fen),
  shipping_status text NOT NULL
    CHECK (shipping_status IN ('not_required', 'to_ship', 'shipped', 'received', 'settled')),
  version bigint NOT NULL,
  CHECK ((status = 'paid') = (paid_at_ms IS NOT NULL)),
  CHECK (status <> 'closed' OR NOT stock_held)
);
CREATE INDEX customer_order_of ON customer_order (account_id, created_at_ms DESC, id DESC);
CREATE INDEX customer_order_page ON customer_order (created_at_ms DESC, id DESC);

CREATE TABLE order_item (
  order_id text NOT NULL REFERENCES customer_order (id),
  line bigint NOT NULL,
  product_id text NOT NULL,
  name text NOT NULL,
  quantity bigint NOT NULL CHECK (quantity >= 1),
  unit_price_fen bigint NOT NULL CHECK (unit_price_fen >= 1),
  amount_fen bigint NOT NULL CHECK (amount_fen = unit_price_fen * quantity),
  PRIMARY KEY (order_id, line)
);

CREATE TABLE payment (
  id text PRIMARY KEY,
  order_id text NOT NULL REFERENCES customer_order (id),
  attempt bigint NOT NULL CHECK (attempt >= 1),
  status text NOT NULL CHECK (status IN ('frozen', 'prepaid', 'closing', 'closed', 'paid')),
  appid text NOT NULL,
  mchid text NOT NULL,
  openid text NOT NULL,
  out_trade_no text NOT NULL,
  amount_fen bigint NOT NULL CHECK (amount_fen >= 1),
  currency text NOT NULL CHECK (currency = 'CNY'),
  request_body text NOT NULL,
  prepay_asked_at_ms bigint,
  prepay_id text UNIQUE,
  prepaid_at_ms bigint,
  called_up_at_ms bigint,
  asked_count bigint NOT NULL,
  last_asked_at_ms bigint,
  transaction_id text UNIQUE,
  paid_at_ms bigint,
  closed_at_ms bigint,
  created_at_ms bigint NOT NULL,
  version bigint NOT NULL,
  UNIQUE (mchid, out_trade_no),
  UNIQUE (order_id, attempt),
  CHECK ((status = 'paid') = (paid_at_ms IS NOT NULL)),
  CHECK ((status = 'paid') = (transaction_id IS NOT NULL)),
  CHECK ((prepay_id IS NULL) = (prepaid_at_ms IS NULL)),
  CHECK (prepay_id IS NULL OR prepay_asked_at_ms IS NOT NULL),
  CHECK ((status = 'closed') = (closed_at_ms IS NOT NULL))
);
-- At most one open payment, and at most one paid one, for each order.
CREATE UNIQUE INDEX payment_open ON payment (order_id)
  WHERE status IN ('frozen', 'prepaid', 'closing');
CREATE UNIQUE INDEX payment_paid ON payment (order_id) WHERE status = 'paid';

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION keep_payment_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.amount_fen, NEW.out_trade_no, NEW.request_body, NEW.order_id, NEW.appid, NEW.mchid,
      NEW.openid) IS DISTINCT FROM
     (OLD.amount_fen, OLD.out_trade_no, OLD.request_body, OLD.order_id, OLD.appid, OLD.mchid,
      OLD.openid) THEN
    RAISE EXCEPTION 'a frozen payment was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status IN ('paid', 'closed') AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'a settled payment never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER payment_promises BEFORE UPDATE ON payment
  FOR EACH ROW EXECUTE FUNCTION keep_payment_promises();

CREATE FUNCTION keep_order_promises() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.total_fen, NEW.account_id, NEW.openid) IS DISTINCT FROM
     (OLD.total_fen, OLD.account_id, OLD.openid) THEN
    RAISE EXCEPTION 'a placed order was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.status <> 'unpaid' AND NEW.status <> OLD.status THEN
    RAISE EXCEPTION 'a settled order never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_promises BEFORE UPDATE ON customer_order
  FOR EACH ROW EXECUTE FUNCTION keep_order_promises();

CREATE TABLE idempotency (
  scope text NOT NULL,
  key text NOT NULL,
  request_hash text NOT NULL,
  status bigint,
  body text,
  created_at_ms bigint NOT NULL,
  PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_age ON idempotency (created_at_ms);

CREATE TABLE inbox (
  id text PRIMARY KEY,
  mchid text NOT NULL,
  notification_id text NOT NULL,
  event_type text NOT NULL,
  original_type text NOT NULL,
  plaintext text NOT NULL,
  status text NOT NULL CHECK (status IN ('new', 'applied', 'parked', 'foreign')),
  received_at_ms bigint NOT NULL,
  handled_at_ms bigint,
  UNIQUE (mchid, notification_id)
);

CREATE TABLE entry (
  id text PRIMARY KEY,
  subject text NOT NULL,
  transition text NOT NULL,
  at_ms bigint NOT NULL,
  UNIQUE (subject, transition)
);

CREATE TABLE posting (
  entry_id text NOT NULL REFERENCES entry (id),
  line bigint NOT NULL,
  account text NOT NULL CHECK (account IN
    ('wechat_receivable', 'sales', 'refunds', 'fees', 'suspense', 'settled_cash')),
  amount_fen bigint NOT NULL CHECK (amount_fen <> 0),
  PRIMARY KEY (entry_id, line)
);

CREATE FUNCTION keep_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (SELECT coalesce(sum(amount_fen), 1) FROM posting WHERE entry_id = NEW.entry_id) <> 0 THEN
    RAISE EXCEPTION 'entry % does not balance', NEW.entry_id USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER posting_balance AFTER INSERT ON posting
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION keep_balance();
CREATE TRIGGER entry_append_only BEFORE UPDATE OR DELETE ON entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE event (
  id text PRIMARY KEY,
  type text NOT NULL,
  subject text NOT NULL,
  version bigint NOT NULL,
  payload jsonb NOT NULL,
  created_at_ms bigint NOT NULL,
  UNIQUE (subject, version)
);

CREATE TABLE task (
  id text PRIMARY KEY,
  kind text NOT NULL,
  subject text NOT NULL,
  reason text NOT NULL,
  detail jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'resolved')),
  created_at_ms bigint NOT NULL,
  resolved_at_ms bigint,
  resolution text,
  CHECK ((status = 'resolved') = (resolved_at_ms IS NOT NULL AND resolution IS NOT NULL))
);
-- Copies of what a person resolved must not come back: one task for each, for ever.
CREATE UNIQUE INDEX task_once ON task (kind, subject);
CREATE INDEX task_page ON task (created_at_ms DESC, id DESC);

CREATE TABLE platform_key (
  mchid text NOT NULL,
  serial_no text NOT NULL,
  public_key text NOT NULL,
  effective_at_ms bigint NOT NULL,
  expires_at_ms bigint NOT NULL,
  fetched_at_ms bigint NOT NULL,
  PRIMARY KEY (mchid, serial_no)
);

CREATE TABLE platform_key_refresh (
  mchid text PRIMARY KEY,
  asked_at_ms bigint NOT NULL
);
`
