/**
 * Orders that the merchant's own system made carry its number, once for each merchant, and never
 * hold stock of ours. A person may be forgotten: the account stays for its orders, empty.
 */
export const name = '0007-parties'

export const sql = `
ALTER TABLE customer_order ADD COLUMN reference text
  CHECK (reference ~ '^[!-~]{1,64}$');
ALTER TABLE customer_order ADD CONSTRAINT own_order_without_stock
  CHECK (reference IS NULL OR NOT stock_held);
CREATE UNIQUE INDEX customer_order_reference ON customer_order (mchid, reference)
  WHERE reference IS NOT NULL;
CREATE INDEX customer_order_merchant ON customer_order (mchid, created_at_ms DESC, id DESC);
CREATE INDEX customer_order_app ON customer_order (appid, created_at_ms DESC, id DESC);

CREATE FUNCTION keep_parties_of_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.reference, NEW.mchid, NEW.appid) IS DISTINCT FROM
     (OLD.reference, OLD.mchid, OLD.appid) THEN
    RAISE EXCEPTION 'a placed order was changed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER order_parties BEFORE UPDATE ON customer_order
  FOR EACH ROW EXECUTE FUNCTION keep_parties_of_order();

ALTER TABLE account DROP CONSTRAINT account_status_check;
ALTER TABLE account ADD CONSTRAINT account_status_check
  CHECK (status IN ('active', 'disabled', 'forgotten'));
ALTER TABLE account ADD CONSTRAINT forgotten_is_empty
  CHECK (status <> 'forgotten' OR phone_sealed IS NULL);
`
