import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { openPool } from '../../server/store/database.ts'
import { databaseIn } from './postgres.ts'

/** A migrated database of one's own, dropped by `drop`. */
export async function freshDatabase(): Promise<{ url: string; drop: () => Promise<void> }> {
  const server = inject('databaseUrl')
  const name = `minitill_test_${randomBytes(6).toString('hex')}`
  const admin = openPool({ url: server }, 1)
  await createFromTemplate(admin, name, inject('databaseTemplate'))
  return {
    url: databaseIn(server, name),
    drop: async () => {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await admin.end()
    },
  }
}

/** Two copies at the same instant refuse each other ("being accessed by other users"): repeat. */
async function createFromTemplate(
  admin: { query(text: string): Promise<unknown> },
  name: string,
  template: string,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`)
      return
    } catch (error) {
      const busy = (error as { code?: string }).code === '55006'
      if (!busy || attempt === 20) throw error
    }
  }
}
