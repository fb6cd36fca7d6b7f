import pg from 'pg'
import { beforeAll, expect, inject, test } from 'vitest'
import { clientConfig } from '../../../server/store/database.ts'
import { Draws } from './draw.ts'
import { SyncPostgres } from './pglite.ts'
import { Life, Scheduler } from './scheduler.ts'

let postgres: SyncPostgres

beforeAll(async () => {
  postgres = await SyncPostgres.open()
})

const values = `
  SELECT 9007199254740991::int8 AS big, 7::int4 AS four, 3::int2 AS two, true AS yes, false AS no,
    'text'::text AS text, '{"a":[1,null]}'::jsonb AS jsonb, '{"b":1}'::json AS json,
    '\\x00ff10'::bytea AS bytes, ARRAY['a','b,c','"d"']::text[] AS texts, ARRAY[1,2]::int8[] AS bigs,
    '2027-01-04T00:00:00.123Z'::timestamptz AS at, NULL::int8 AS nothing, 1.50::numeric AS numeric,
    1.5::float8 AS float, '0190b0a0-0000-7000-8000-000000000000'::uuid AS uuid`

const echo = `
  SELECT $1::int8 AS number, $2::jsonb AS json, $3::bytea AS bytes, $4::text[] AS texts,
    $5::timestamptz AS at, $6::text AS nothing, $7::boolean AS yes`
const parameters = [
  5,
  { a: [1, 'zwei'] },
  Buffer.from([0, 255, 16]),
  ['a', 'b,c', '"d"', '\\'],
  new Date(1_800_000_000_123),
  null,
  true,
]

test('the database of the simulation gives the same JavaScript values as the pool of the server', async () => {
  const client = new pg.Client(clientConfig({ url: inject('databaseUrl') }))
  await client.connect()
  const there = [await client.query(values), await client.query(echo, parameters)]
  await client.end()
  const here = [postgres.query(values), postgres.query(echo, parameters)]
  expect(here.map(({ rows }) => rows)).toEqual(there.map(({ rows }) => rows))
  expect(here.map(({ command, rowCount }) => [command, rowCount])).toEqual(
    there.map(({ command, rowCount }) => [command, rowCount]),
  )
})

test('an error has the code and the constraint that the server looks for', () => {
  postgres.script('CREATE TABLE one (id int8 CONSTRAINT only_one PRIMARY KEY)')
  const insert = () => postgres.query('INSERT INTO one VALUES ($1)', [1])
  insert()
  expect(insert).toThrow(expect.objectContaining({ code: '23505', constraint: 'only_one' }))
  expect(postgres.query('SELECT count(*) AS n FROM one').rows).toEqual([{ n: 1 }])
})

test('leaving a key out leaves the draws of the others as they were', () => {
  const [all, fewer] = [new Draws(7), new Draws(7)]
  all.unit('left out')
  expect([all.unit('a'), all.unit('a'), all.unit('b')]).toEqual([
    fewer.unit('a'),
    fewer.unit('a'),
    fewer.unit('b'),
  ])
  expect(new Draws(8).unit('a')).not.toBe(new Draws(7).unit('a'))
})

test('a dead life never resumes, and a frozen one not before it thaws', async () => {
  const scheduler = new Scheduler(1, 0)
  const [dead, frozen, well] = [new Life('dead'), new Life('frozen'), new Life('well')]
  const seen: string[] = []
  for (const life of [dead, frozen, well]) {
    void scheduler
      .park(life, life.name, 10)
      .then(() => seen.push(`${life.name} ${scheduler.now()}`))
  }
  frozen.frozenUntilMs = 500
  scheduler.kill(dead)
  await scheduler.run(1_000, () => false)
  expect(seen).toEqual(['well 10', 'frozen 500'])
})
