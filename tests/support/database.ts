import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { appRoleOf } from '../../server/store/access.ts'
import { openPool } from '../../server/store/database.ts'
import { databaseIn } from './postgres.ts'

export interface OwnDatabase {
  readonly url: string
  readonly drop: () => Promise<void>
}

/** A migrated database of one's own, dropped by `drop`. */
export async function freshDatabase(): Promise<OwnDatabase> {
  const template = inject('databaseTemplate')
  return await own((admin, name) => createFromTemplate(admin, name, template))
}

/** One without any table: what an older Minitill, or nobody yet, left behind. */
export async function emptyDatabase(): Promise<OwnDatabase> {
  return await own(async (admin, name) => void (await admin.query(`CREATE DATABASE ${name}`)))
}

type Admin = ReturnType<typeof openPool>

async function own(make: (admin: Admin, name: string) => Promise<void>): Promise<OwnDatabase> {
  const server = inject('databaseUrl')
  const name = `minitill_test_${randomBytes(6).toString('hex')}`
  const admin = openPool({ url: server }, 1)
  await make(admin, name)
  return {
    url: databaseIn(server, name),
    drop: async () => {
      await admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      // Made by servers, and by nobody else; roles outlive the database whose name they have.
      await admin.query(`DROP ROLE IF EXISTS ${appRoleOf(name)}`)
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
