// Attacks on the books themselves: A-80, and what of is about the ledger.
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openAccess } from '../../server/store/access.ts'
import { type Connection, clientConfig } from '../../server/store/database.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { changesNothing } from './support/nothing.ts'

let pair: Pair
let till: Till
let person: Shopper

beforeAll(async () => {
  pair = await startPair()
  till = new Till(pair)
  person = await Shopper.arrive(pair)
  await bought(person)
})
afterAll(async () => {
  await pair.stop()
})

async function connected<T>(
  connection: Connection,
  body: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(clientConfig(connection))
  await client.connect()
  try {
    return await body(client)
  } finally {
    await client.end()
  }
}

const found = async () => (await till.get('/ledger/verification?limit=100')).json.data

test("A-80 ★ in SQL as the application's user no row of the ledger can be changed or deleted", async () => {
  // The running server is that user, and no other.
  const users = `SELECT DISTINCT usename FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'minitill' AND pid <> pg_backend_pid()
      AND query NOT LIKE 'SELECT DISTINCT usename%'`
  const access = await openAccess({ url: pair.databaseUrl }, true)
  const { rows } = await pair.db.query(users)
  expect(rows.map(({ usename }) => usename)).toContain(access.role)
  const statements = [
    'UPDATE entry SET happened_at_ms = 1',
    'UPDATE posting SET amount_fen = 2 * amount_fen',
    'DELETE FROM posting',
    'DELETE FROM entry',
    'UPDATE seal SET sealed_at_ms = 1',
    'DELETE FROM seal_entry',
    'TRUNCATE entry, posting, seal, seal_entry, unsealed_entry',
    'ALTER TABLE posting DISABLE TRIGGER ALL',
    'SET session_replication_role = replica',
  ]
  await connected(access.connection, async (client) => {
    for (const statement of statements) {
      const refused = () => expect(client.query(statement), statement).rejects
      await changesNothing(pair, async () => {
        await refused().toThrow(/permission denied|must be owner/)
        return { status: 403, json: {} } as never
      })
    }
  })
})

test("A-80 ★ the hash chain flags an owner's edit; negative control: without the chain nobody sees", async () => {
  const wechat = new Wechat(pair)
  await until(
    async () => {
      await wechat.advance(61_000)
      return (await pair.db.query('SELECT FROM unsealed_entry')).rowCount
    },
    (waiting) => waiting === 0,
  )
  expect(await found()).toEqual([])
  // Sales and receivable grow alike: every sum is still zero, and only the seal knows better.
  const edit = async (by: string) =>
    await connected({ url: pair.databaseUrl }, async (client) => {
      await client.query('SET session_replication_role = replica')
      await client.query(`UPDATE posting SET amount_fen = amount_fen ${by}`)
    })
  await edit('* 2')
  const { data } = (await till.get('/ledger/balances')).json
  expect(data.reduce((sum: number, one: { amount: number }) => sum + one.amount, 0)).toBe(0)
  const { rows } = await pair.db.query(
    'SELECT entry_id, seq FROM seal_entry ORDER BY seq, position',
  )
  expect(await found()).toEqual(
    rows.map(({ entry_id, seq }) => ({ seq, entry_id, what: 'changed' })),
  )
  await edit('/ 2')
  expect(await found()).toEqual([])
})

test('the ledger’s part of A-79: SQL in subject, times and cursor is 400 or finds nothing', async () => {
  const evil = ["' OR 1=1 --", "'; DROP TABLE entry; --", '1) UNION SELECT', '\u0000', '%', '{}']
  const cursors = evil.map((text) =>
    Buffer.from(JSON.stringify({ at: 1, id: text, seq: text })).toString('base64url'),
  )
  const paths = [
    ...evil.flatMap((text) => [
      ['subject', text],
      ['subject', `order:${text}`],
      ['from', text],
      ['to', text],
      ['sort', text],
    ]),
    ...[...evil, ...cursors].map((text) => ['cursor', text]),
  ]
  for (const [field = '', text = ''] of paths) {
    for (const list of ['entries', 'export', 'balances', 'seals', 'verification']) {
      const path = `/admin/v1/ledger/${list}?${new URLSearchParams({ [field]: text })}`
      const reply = await pair.server.get(path, till.headers())
      const isWord = list === 'entries' && field === 'subject' && /^order:[\x21-\x7e]+$/.test(text)
      expect([path, reply.status]).toEqual([path, isWord ? 200 : 400])
      if (isWord) expect(reply.json.data).toEqual([])
    }
  }
  expect((await pair.db.query('SELECT FROM entry')).rowCount).toBeGreaterThan(0)
})

test('the ledger’s part of A-77: no text of a stranger becomes a formula in the export', async () => {
  await pair.db.query("INSERT INTO entry VALUES ('=x', '=cmd|1!A', '@t', 1, '+1', 1)")
  const { text } = await till.get('/ledger/export')
  expect(text).not.toMatch(/(^|,|\n)[=+@]/)
})
