import type { Appid, Openid, Unionid } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type { Account, Identity } from '../domain/account.ts'
import type { AccountReads, AccountWrites, NewPerson } from '../ports/tables/accounts.ts'
import type { Handle } from './index.ts'
import type { AccountTable, IdentityTable } from './schema.ts'

const accountColumns = [
  'id',
  'status',
  'generation',
  'phone_sealed',
  'phone_masked',
  'created_at_ms',
] as const

const identityColumns = ['appid', 'openid', 'unionid', 'account_id', 'created_at_ms'] as const

type AccountRow = Pick<AccountTable, (typeof accountColumns)[number]>
type IdentityRow = Pick<IdentityTable, (typeof identityColumns)[number]>

/** Statements on account, identity, union_account and used_code. */
export function accounts(db: Handle): AccountReads & AccountWrites {
  return {
    ...accountReads(db),
    ...codeStatements(db),
    findOrCreate: async (person) => await findOrCreate(db, person),
    async keepSessionKey(appid, openid, sealed, at) {
      await db
        .updateTable('identity')
        .set({ session_key_sealed: Buffer.from(sealed), session_key_at_ms: at })
        .where('appid', '=', appid)
        .where('openid', '=', openid)
        .execute()
    },
    async bindPhone(accountId, sealed, masked) {
      await db
        .updateTable('account')
        .set({ phone_sealed: Buffer.from(sealed), phone_masked: masked })
        .where('id', '=', accountId)
        // A number that was asked for before the person was forgotten comes too late.
        .where('status', '<>', 'forgotten')
        .execute()
    },
    forget: async (accountId) => await forget(db, accountId),
    async raiseGeneration(accountId) {
      const row = await db
        .updateTable('account')
        .set({ generation: sql<number>`generation + 1` })
        .where('id', '=', accountId)
        .returning('generation')
        .executeTakeFirstOrThrow()
      return row.generation
    },
  }
}

function accountReads(db: Handle): AccountReads {
  return {
    async byId(accountId) {
      const query = db.selectFrom('account').select(accountColumns).where('id', '=', accountId)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : toAccount(row)
    },
    async identity(appid, openid) {
      const row = await db
        .selectFrom('identity')
        .select(identityColumns)
        .where('appid', '=', appid)
        .where('openid', '=', openid)
        .executeTakeFirst()
      return row === undefined ? null : toIdentity(row)
    },
    async identityOf(accountId, appid) {
      const row = await db
        .selectFrom('identity')
        .select(identityColumns)
        .where('account_id', '=', accountId)
        .where('appid', '=', appid)
        .executeTakeFirst()
      return row === undefined ? null : toIdentity(row)
    },
  }
}

function codeStatements(db: Handle): Pick<AccountWrites, 'claimCode' | 'forgetCodes'> {
  return {
    async claimCode({ codeHash, kind, appid, at }) {
      const result = await db
        .insertInto('used_code')
        .values({ code_hash: codeHash, kind, appid, used_at_ms: at })
        .onConflict((conflict) => conflict.column('code_hash').doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
    async forgetCodes(olderThanMs) {
      await db.deleteFrom('used_code').where('used_at_ms', '<', olderThanMs).execute()
    },
  }
}

/**
 * First logins of one person run one after another: by openid, and where WeChat names the unionid
 * by that too, because they may come through two apps at once or tell it in one answer only. Always
 * in this order, so that two of them never wait for each other; the locks end with the transaction.
 */
async function findOrCreate(
  db: Handle,
  person: NewPerson,
): Promise<{ account: Account; isNew: boolean }> {
  const known = await accountOfIdentity(db, person.appid, person.openid)
  if (known !== null) {
    if (person.unionid !== null) await noteUnionid(db, person, person.unionid, known.id)
    return { account: known, isNew: false }
  }
  await lockPerson(db, `${person.appid}/${person.openid}`)
  const raced = await accountOfIdentity(db, person.appid, person.openid)
  if (raced !== null) {
    if (person.unionid !== null) await noteUnionid(db, person, person.unionid, raced.id)
    return { account: raced, isNew: false }
  }
  if (person.unionid !== null) await lockPerson(db, person.unionid)
  const linked = await linkedAccount(db, person)
  const accountId = linked?.id ?? (await insertAccount(db, person))
  await insertIdentity(db, person, accountId)
  if (person.unionid !== null) await noteUnionid(db, person, person.unionid, accountId)
  const account = await accounts(db).byId(accountId)
  if (account === null) throw new Error('an account vanished inside its own transaction')
  return { account, isNew: linked === null }
}

async function lockPerson(db: Handle, key: string): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db)
}

/** An account that has this unionid already and no other openid in this app. */
async function linkedAccount(db: Handle, person: NewPerson): Promise<{ id: string } | null> {
  if (person.unionid === null) return null
  const row = await db
    .selectFrom('union_account')
    .select('account_id')
    .where('unionid', '=', person.unionid)
    .executeTakeFirst()
  if (row === undefined || (await held(db, row.account_id)) === null) return null
  const taken = await accounts(db).identityOf(row.account_id, person.appid)
  return taken === null ? { id: row.account_id } : null
}

async function insertAccount(db: Handle, person: NewPerson): Promise<string> {
  await db
    .insertInto('account')
    .values({
      id: person.accountId,
      status: 'active',
      generation: 0,
      phone_sealed: null,
      phone_masked: null,
      created_at_ms: person.at,
    })
    .execute()
  return person.accountId
}

async function insertIdentity(db: Handle, person: NewPerson, accountId: string): Promise<void> {
  await db
    .insertInto('identity')
    .values({
      appid: person.appid,
      openid: person.openid,
      account_id: accountId,
      unionid: person.unionid,
      session_key_sealed: null,
      session_key_at_ms: null,
      created_at_ms: person.at,
    })
    .execute()
}

/** A unionid may appear later (F-67); it then leads here, unless another account had it first. */
async function noteUnionid(
  db: Handle,
  person: NewPerson,
  unionid: Unionid,
  accountId: string,
): Promise<void> {
  const identity = await accounts(db).identity(person.appid, person.openid)
  if (identity?.unionid === null) {
    await lockPerson(db, unionid)
    await db
      .updateTable('identity')
      .set({ unionid })
      .where('appid', '=', person.appid)
      .where('openid', '=', person.openid)
      .where('unionid', 'is', null)
      .execute()
  }
  await db
    .insertInto('union_account')
    .values({ unionid, account_id: accountId })
    .onConflict((conflict) => conflict.column('unionid').doNothing())
    .execute()
}

async function accountOfIdentity(
  db: Handle,
  appid: Appid,
  openid: Openid,
): Promise<Account | null> {
  const identity = await accounts(db).identity(appid, openid)
  return identity === null ? null : await held(db, identity.accountId)
}

/**
 * The account, which nobody forgets before this transaction ends; null when it was forgotten while
 * this waited for its row.
 */
async function held(db: Handle, accountId: string): Promise<Account | null> {
  const row = await db
    .selectFrom('account')
    .select(accountColumns)
    .where('id', '=', accountId)
    .forShare()
    .executeTakeFirst()
  return row === undefined || row.status === 'forgotten' ? null : toAccount(row)
}

async function forget(db: Handle, accountId: string): Promise<void> {
  const empty = { status: 'forgotten', phone_sealed: null, phone_masked: null } as const
  await db
    .updateTable('account')
    .set({ ...empty, generation: sql<number>`generation + 1` })
    .where('id', '=', accountId)
    .execute()
  await db.deleteFrom('union_account').where('account_id', '=', accountId).execute()
  await db.deleteFrom('identity').where('account_id', '=', accountId).execute()
  // Kept answers tell of the person's orders to whoever has the account; nobody has it any more.
  await db.deleteFrom('idempotency').where('scope', '=', accountId).execute()
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    status: row.status,
    generation: row.generation,
    phoneSealed: row.phone_sealed,
    phoneMasked: row.phone_masked,
    createdAtMs: row.created_at_ms,
  }
}

function toIdentity(row: IdentityRow): Identity {
  return {
    appid: row.appid as Appid,
    openid: row.openid as Openid,
    unionid: row.unionid as Unionid | null,
    accountId: row.account_id,
    createdAtMs: row.created_at_ms,
  }
}
