/**
 * The ledger learns whose money it is and when it moved at WeChat; entries are sealed in a chain of
 * batches; and what the live promises found last is kept.
 */
export const name = '0004-ledger'

export const sql = `
ALTER TABLE entry ADD COLUMN mchid text, ADD COLUMN happened_at_ms bigint;
ALTER TABLE entry DISABLE TRIGGER entry_append_only;
UPDATE entry SET mchid = p.mchid,
    happened_at_ms = CASE WHEN EXISTS (SELECT FROM posting
      WHERE entry_id = entry.id AND account = 'wechat_receivable')
      THEN coalesce(p.paid_at_ms, entry.at_ms) ELSE entry.at_ms END
  FROM payment p WHERE entry.subject = 'payment:' || p.id;
UPDATE entry SET mchid = r.mchid, happened_at_ms = coalesce(r.succeeded_at_ms, entry.at_ms)
  FROM refund r WHERE entry.subject = 'refund:' || r.id;
-- Money in suspense: its receipt, else the task that shows it, else the message that told of it.
UPDATE entry SET mchid = r.mchid FROM receipt r
  WHERE entry.mchid IS NULL AND entry.subject = 'transaction:' || r.transaction_id;
UPDATE entry SET mchid = p.mchid FROM task t JOIN payment p ON p.id = t.detail->>'payment_id'
  WHERE entry.mchid IS NULL AND entry.subject = 'transaction:' || (t.detail->>'transaction_id');
UPDATE entry SET mchid = t.detail->>'mchid' FROM task t
  WHERE entry.mchid IS NULL AND t.detail->>'mchid' IS NOT NULL
    AND entry.subject = 'transaction:' || (t.detail->>'transaction_id');
UPDATE entry SET mchid = (SELECT i.mchid FROM inbox i
    WHERE entry.subject LIKE 'transaction:%'
      AND strpos(i.plaintext, '"' || substr(entry.subject, 13) || '"') > 0
    ORDER BY i.id LIMIT 1)
  WHERE entry.mchid IS NULL;
-- No entry was ever booked without one of these; a hand's own row is shown by its odd merchant.
UPDATE entry SET mchid = 'unknown' WHERE mchid IS NULL;
UPDATE entry SET happened_at_ms = at_ms WHERE happened_at_ms IS NULL;
ALTER TABLE entry ENABLE TRIGGER entry_append_only;
ALTER TABLE entry ALTER COLUMN mchid SET NOT NULL, ALTER COLUMN happened_at_ms SET NOT NULL;
CREATE INDEX entry_booked ON entry (at_ms, id);
CREATE INDEX entry_happened ON entry (mchid, happened_at_ms);

-- What is not sealed yet. A row comes with its entry and goes with its seal, so that no entry is
-- passed over, however late its transaction commits.
CREATE TABLE unsealed_entry (
  entry_id text PRIMARY KEY REFERENCES entry (id)
);
INSERT INTO unsealed_entry SELECT id FROM entry;
CREATE FUNCTION want_seal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO unsealed_entry VALUES (NEW.id);
  RETURN NULL;
END $$;
CREATE TRIGGER entry_unsealed AFTER INSERT ON entry
  FOR EACH ROW EXECUTE FUNCTION want_seal();

-- A link of the chain: its hash covers the one before and the digests of its entries.
CREATE TABLE seal (
  seq bigint PRIMARY KEY CHECK (seq >= 1),
  previous_hash text NOT NULL,
  hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{64}$'),
  entries bigint NOT NULL CHECK (entries >= 1),
  sealed_at_ms bigint NOT NULL,
  UNIQUE (previous_hash)
);
CREATE TABLE seal_entry (
  entry_id text PRIMARY KEY REFERENCES entry (id),
  seq bigint NOT NULL REFERENCES seal (seq),
  position bigint NOT NULL CHECK (position >= 1),
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  UNIQUE (seq, position)
);
CREATE TRIGGER seal_append_only BEFORE UPDATE OR DELETE ON seal
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_entry_append_only BEFORE UPDATE OR DELETE ON seal_entry
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Emptying a table fires no row trigger.
CREATE TRIGGER entry_stays BEFORE TRUNCATE ON entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER posting_stays BEFORE TRUNCATE ON posting
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_stays BEFORE TRUNCATE ON seal
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER seal_entry_stays BEFORE TRUNCATE ON seal_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- What each live promise found last; its text is in docs/invariants.md.
CREATE TABLE live_promise (
  id text PRIMARY KEY,
  checked_at_ms bigint NOT NULL,
  took_ms bigint NOT NULL CHECK (took_ms >= 0),
  rows_checked bigint NOT NULL CHECK (rows_checked >= 0),
  -- Where the next look goes on, and what the present pass found so far.
  pass jsonb NOT NULL,
  -- The first few that break it, of the last whole pass and the present one.
  broken jsonb NOT NULL,
  broken_count bigint NOT NULL CHECK (broken_count >= 0),
  broken_since_ms bigint,
  whole_at_ms bigint,
  CHECK ((broken_count > 0) = (broken_since_ms IS NOT NULL))
);

-- Promises ask for the task of a transaction.
CREATE INDEX task_transaction ON task ((detail->>'transaction_id'))
  WHERE detail->>'transaction_id' IS NOT NULL;
`
