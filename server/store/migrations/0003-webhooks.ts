export const name = '0003-webhooks'

/** Where events go, and how each is doing on its way. */
export const sql = `
CREATE TABLE webhook_endpoint (
  id text PRIMARY KEY,
  url text NOT NULL,
  -- Names of events; the single element '*' is all of them.
  events text[] NOT NULL CHECK (cardinality(events) BETWEEN 1 AND 64),
  status text NOT NULL CHECK (status IN ('active', 'disabled')),
  secret_sealed bytea NOT NULL,
  old_secret_sealed bytea,
  old_secret_until_ms bigint,
  created_at_ms bigint NOT NULL,
  CHECK ((old_secret_sealed IS NULL) = (old_secret_until_ms IS NULL))
);

CREATE TABLE webhook_delivery (
  id text PRIMARY KEY,
  event_id text NOT NULL REFERENCES event (id),
  endpoint_id text NOT NULL REFERENCES webhook_endpoint (id),
  -- 0 came with the event; each resend by hand is one more.
  round integer NOT NULL CHECK (round >= 0),
  status text NOT NULL CHECK (status IN ('pending', 'delivered', 'parked')),
  attempts integer NOT NULL CHECK (attempts >= 0),
  last_answer text,
  created_at_ms bigint NOT NULL,
  ended_at_ms bigint,
  UNIQUE (event_id, endpoint_id, round),
  CHECK ((status = 'pending') = (ended_at_ms IS NULL))
);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);
CREATE INDEX event_page ON event (created_at_ms DESC, id DESC);
`
