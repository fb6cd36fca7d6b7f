import { expect, test } from 'vitest'
import { answeredWithin } from './answered-client.ts'
import { openPool } from './database.ts'

test('a pool’s clients know the password, which a pool hides from whoever lists its options', async () => {
  const place = { host: '127.0.0.1', port: 1, user: 'me', password: 'secret', database: 'd' }
  const pool = openPool(place, 1)
  expect(Object.keys(pool.options)).not.toContain('password')
  const Client = answeredWithin(1_000)
  expect(new Client(pool.options).password).toBe('secret')
  await pool.end()
})
