import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { StoreAway } from '../ports/store-away.ts'
import { knownAway } from './away.ts'
import { openPool } from './database.ts'

test('a database that nobody answers for, and one that hangs up, is a StoreAway with its code', async () => {
  const nobody = openPool({ url: 'postgresql://me@127.0.0.1:1/d' }, 1)
  const refused = await nobody.connect().catch((error: unknown) => error)
  expect(refused).toBeInstanceOf(StoreAway)
  expect((refused as StoreAway).code).toBe('ECONNREFUSED')
  await nobody.end()
  const rude = createServer((socket: Socket) => socket.destroy())
  await new Promise<void>((done) => rude.listen(0, '127.0.0.1', done))
  const pool = openPool(
    { url: `postgresql://me@127.0.0.1:${(rude.address() as AddressInfo).port}/d` },
    1,
  )
  await expect(pool.connect()).rejects.toBeInstanceOf(StoreAway)
  await pool.end()
  rude.close()
})

test('what the database says about our statements stays as it is', () => {
  for (const code of ['40P01', '40001', '23505', '57014', '42P01']) {
    const said = Object.assign(new Error('no'), { code })
    expect(knownAway(said)).toBe(said)
  }
  for (const code of ['57P01', '57P03', '53300', '08006']) {
    expect(knownAway(Object.assign(new Error('no'), { code }))).toBeInstanceOf(StoreAway)
  }
  expect(knownAway('text')).toBe('text')
})
