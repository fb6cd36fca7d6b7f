/**
 * WeChat's bills, row by row, and what became of each row: matched, another system's, or in exactly
 * one difference. Rows of a bill that was not accepted are seen by nobody; those of an accepted one
 * stay for ever as they came.
 */
export const name = '0005-bills'

export const sql = `
CREATE TABLE bill (
  id text PRIMARY KEY,
  mchid text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('trade', 'fundflow')),
  account text NOT NULL CHECK (account IN ('ALL', 'BASIC', 'OPERATION', 'FEES')),
  date text NOT NULL CHECK (date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  status text NOT NULL CHECK (status IN ('wanted', 'importing', 'refused', 'empty', 'accepted')),
  -- Which import may write rows: one that was overtaken writes nothing more.
  attempt bigint NOT NULL CHECK (attempt >= 0),
  tries bigint NOT NULL CHECK (tries >= 0),
  -- Why it is not here yet, or was refused.
  problem text,
  hash text CHECK (hash ~ '^[0-9a-f]{40}$'),
  row_count bigint,
  sums jsonb,
  opening_fen bigint,
  closing_fen bigint,
  created_at_ms bigint NOT NULL,
  ended_at_ms bigint,
  UNIQUE (mchid, kind, account, date),
  CHECK ((kind = 'trade') = (account = 'ALL')),
  CHECK ((status = 'accepted') = (hash IS NOT NULL AND row_count IS NOT NULL AND sums IS NOT NULL)),
  CHECK ((status IN ('empty', 'accepted')) = (ended_at_ms IS NOT NULL))
);

CREATE FUNCTION keep_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status = 'accepted' THEN
    RAISE EXCEPTION 'an accepted bill never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER bill_accepted BEFORE UPDATE OR DELETE ON bill
  FOR EACH ROW EXECUTE FUNCTION keep_bill();

CREATE TABLE difference (
  id text PRIMARY KEY,
  mchid text NOT NULL,
  date text NOT NULL,
  class text NOT NULL CHECK (class IN ('paid_there', 'paid_here', 'amount', 'party', 'fee',
    'unknown_order', 'refund_there', 'refund_here', 'refund_amount', 'refund_state',
    'external_refund', 'duplicate', 'fund_alone', 'fund_missing', 'fund_amount', 'movement',
    'unclear', 'balance')),
  -- The same thing is the same key for ever, so that no run opens it twice.
  key text NOT NULL,
  -- The entry here that it is about; its row is found by difference_id.
  entry_id text REFERENCES entry (id),
  there_fen bigint,
  here_fen bigint,
  -- What the account at WeChat holds more than the books because of it.
  effect_fen bigint NOT NULL,
  detail jsonb NOT NULL,
  status text NOT NULL CHECK (status IN ('open', 'healed', 'explained')),
  opened_at_ms bigint NOT NULL,
  closed_at_ms bigint,
  -- healed: by which bill or whose word; explained: by whom, and why.
  evidence text,
  closed_by text,
  reason text,
  UNIQUE (mchid, key),
  -- Closed by evidence, or by a named person with a reason; by nothing else, and never by time.
  CONSTRAINT difference_end CHECK (CASE status
    WHEN 'open' THEN closed_at_ms IS NULL AND evidence IS NULL AND closed_by IS NULL
      AND reason IS NULL
    WHEN 'healed' THEN closed_at_ms IS NOT NULL AND coalesce(btrim(evidence), '') <> ''
      AND closed_by IS NULL AND reason IS NULL
    ELSE closed_at_ms IS NOT NULL AND evidence IS NULL AND coalesce(btrim(closed_by), '') <> ''
      AND coalesce(btrim(reason), '') <> '' END)
);
CREATE INDEX difference_page ON difference (opened_at_ms DESC, id DESC);
CREATE INDEX difference_day ON difference (mchid, date);
CREATE INDEX difference_open ON difference (mchid, date) WHERE status = 'open';
CREATE UNIQUE INDEX difference_entry ON difference (entry_id)
  WHERE entry_id IS NOT NULL AND status = 'open';

CREATE FUNCTION keep_difference() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.status <> 'open' THEN
    RAISE EXCEPTION 'a closed difference never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER difference_promises BEFORE UPDATE OR DELETE ON difference
  FOR EACH ROW EXECUTE FUNCTION keep_difference();

CREATE TABLE trade_row (
  bill_id text NOT NULL REFERENCES bill (id),
  line bigint NOT NULL CHECK (line >= 1),
  mchid text NOT NULL,
  -- p: and the transaction, r: and the refund, v: and the transaction of a revoked payment.
  identity text NOT NULL,
  at_ms bigint NOT NULL,
  appid text NOT NULL,
  openid text NOT NULL,
  transaction_id text NOT NULL,
  out_trade_no text NOT NULL,
  state text NOT NULL,
  currency text NOT NULL,
  total_fen bigint NOT NULL,
  settled_fen bigint NOT NULL,
  refund_id text,
  out_refund_no text,
  refund_fen bigint NOT NULL,
  refund_settled_fen bigint NOT NULL,
  refund_state text,
  fee_fen bigint NOT NULL,
  rate text NOT NULL,
  place text NOT NULL CHECK (place IN ('new', 'matched', 'foreign', 'different')),
  -- payment:, transaction: or refund:, once it is known.
  subject text,
  entry_id text REFERENCES entry (id),
  difference_id text REFERENCES difference (id),
  -- Whether its fee and coupon are in the books, or there is nothing to book.
  booked boolean NOT NULL,
  PRIMARY KEY (bill_id, line),
  CHECK (place <> 'matched' OR subject IS NOT NULL),
  CHECK (place <> 'different' OR difference_id IS NOT NULL)
);
CREATE UNIQUE INDEX trade_row_once ON trade_row (mchid, identity) WHERE place = 'matched';
CREATE INDEX trade_row_identity ON trade_row (mchid, identity);
CREATE INDEX trade_row_entry ON trade_row (entry_id) WHERE entry_id IS NOT NULL;
CREATE INDEX trade_row_subject ON trade_row (subject) WHERE subject IS NOT NULL;
CREATE INDEX trade_row_open ON trade_row (bill_id, line) WHERE place IN ('new', 'different');
CREATE INDEX trade_row_unbooked ON trade_row (mchid, bill_id, line)
  WHERE NOT booked AND place = 'matched';
CREATE INDEX trade_row_difference ON trade_row (difference_id) WHERE difference_id IS NOT NULL;

CREATE TABLE fund_row (
  bill_id text NOT NULL REFERENCES bill (id),
  line bigint NOT NULL CHECK (line >= 1),
  mchid text NOT NULL,
  flow_id text NOT NULL,
  -- The identity of the trade row that it is the money of, where it is one's.
  identity text,
  movement text NOT NULL CHECK (movement IN ('payment', 'fee', 'refund', 'refund_back', 'top_up',
    'withdrawal', 'other')),
  type text NOT NULL,
  business_id text NOT NULL,
  voucher text NOT NULL,
  note text NOT NULL,
  at_ms bigint NOT NULL,
  amount_fen bigint NOT NULL,
  balance_fen bigint NOT NULL,
  place text NOT NULL CHECK (place IN ('new', 'matched', 'foreign', 'different')),
  subject text,
  difference_id text REFERENCES difference (id),
  PRIMARY KEY (bill_id, line),
  CHECK (place <> 'matched' OR subject IS NOT NULL),
  CHECK (place <> 'different' OR difference_id IS NOT NULL)
);
CREATE UNIQUE INDEX fund_row_once ON fund_row (mchid, flow_id, movement) WHERE place = 'matched';
CREATE INDEX fund_row_flow ON fund_row (mchid, flow_id);
CREATE INDEX fund_row_identity ON fund_row (mchid, identity, movement) WHERE identity IS NOT NULL;
CREATE INDEX fund_row_open ON fund_row (bill_id, line) WHERE place IN ('new', 'different');
CREATE INDEX fund_row_difference ON fund_row (difference_id) WHERE difference_id IS NOT NULL;

-- Rows come while their bill is imported, go when it is not accepted, and then stay as they are.
CREATE FUNCTION keep_bill_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM changed JOIN bill ON bill.id = changed.bill_id
      WHERE bill.status IN ('accepted', 'empty')) THEN
    RAISE EXCEPTION 'rows of an accepted bill stay' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER trade_row_comes AFTER INSERT ON trade_row REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION keep_bill_rows();
CREATE TRIGGER trade_row_goes AFTER DELETE ON trade_row REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION keep_bill_rows();
CREATE TRIGGER fund_row_comes AFTER INSERT ON fund_row REFERENCING NEW TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION keep_bill_rows();
CREATE TRIGGER fund_row_goes AFTER DELETE ON fund_row REFERENCING OLD TABLE AS changed
  FOR EACH STATEMENT EXECUTE FUNCTION keep_bill_rows();

CREATE FUNCTION keep_trade_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.bill_id, NEW.line, NEW.mchid, NEW.identity, NEW.at_ms, NEW.total_fen, NEW.settled_fen,
      NEW.refund_fen, NEW.refund_settled_fen, NEW.fee_fen, NEW.out_trade_no, NEW.transaction_id,
      NEW.out_refund_no, NEW.state, NEW.refund_state) IS DISTINCT FROM
     (OLD.bill_id, OLD.line, OLD.mchid, OLD.identity, OLD.at_ms, OLD.total_fen, OLD.settled_fen,
      OLD.refund_fen, OLD.refund_settled_fen, OLD.fee_fen, OLD.out_trade_no, OLD.transaction_id,
      OLD.out_refund_no, OLD.state, OLD.refund_state) THEN
    RAISE EXCEPTION 'a row of a bill was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.place = 'matched' AND NEW.place <> 'matched' THEN
    RAISE EXCEPTION 'a matched row stays matched' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER trade_row_promises BEFORE UPDATE ON trade_row
  FOR EACH ROW EXECUTE FUNCTION keep_trade_row();

CREATE FUNCTION keep_fund_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.bill_id, NEW.line, NEW.mchid, NEW.flow_id, NEW.movement, NEW.business_id, NEW.voucher,
      NEW.at_ms, NEW.amount_fen, NEW.balance_fen) IS DISTINCT FROM
     (OLD.bill_id, OLD.line, OLD.mchid, OLD.flow_id, OLD.movement, OLD.business_id, OLD.voucher,
      OLD.at_ms, OLD.amount_fen, OLD.balance_fen) THEN
    RAISE EXCEPTION 'a row of a bill was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.place = 'matched' AND NEW.place <> 'matched' THEN
    RAISE EXCEPTION 'a matched row stays matched' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER fund_row_promises BEFORE UPDATE ON fund_row
  FOR EACH ROW EXECUTE FUNCTION keep_fund_row();

-- A merchant's day: how far it is, and what came of it.
CREATE TABLE reconciliation (
  id text PRIMARY KEY,
  mchid text NOT NULL,
  date text NOT NULL CHECK (date ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'),
  status text NOT NULL CHECK (status IN ('waiting', 'running', 'reconciled', 'refused')),
  -- Which run may write: one that was overtaken writes nothing more.
  run bigint NOT NULL CHECK (run >= 0),
  problem text,
  counts jsonb,
  balance jsonb,
  -- What other systems moved in the account on this day.
  foreign_fen bigint NOT NULL,
  requested_at_ms bigint NOT NULL,
  finished_at_ms bigint,
  version bigint NOT NULL,
  UNIQUE (mchid, date),
  CHECK ((status = 'reconciled') = (finished_at_ms IS NOT NULL AND counts IS NOT NULL))
);
CREATE INDEX reconciliation_date ON reconciliation (date DESC, mchid);
`
