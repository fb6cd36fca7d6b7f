import type { Transaction } from 'kysely'
import type { Jobs, Reads, Store, Tx } from '../ports/index.ts'
import { accounts } from './accounts.ts'
import { bills } from './bills.ts'
import type { Database } from './database.ts'
import { differences } from './differences.ts'
import { endpoints } from './endpoints.ts'
import { events } from './events.ts'
import { fundRows } from './fund-rows.ts'
import { idempotency } from './idempotency.ts'
import { inbox } from './inbox.ts'
import { ledger } from './ledger.ts'
import { messages } from './messages.ts'
import { orders } from './orders.ts'
import { payments } from './payments.ts'
import { platformKeys } from './platform-keys.ts'
import { products } from './products.ts'
import { promises } from './promises.ts'
import { reconciliations } from './reconciliations.ts'
import { receipts, refunds } from './refunds.ts'
import type { Schema } from './schema.ts'
import { seals } from './seals.ts'
import { shipments } from './shipments.ts'
import { tasks } from './tasks.ts'
import { tokens } from './tokens.ts'
import { tradeRows } from './trade-rows.ts'

/** A handle on which statements run: the pool, or one open transaction. */
export type Handle = Database | Transaction<Schema>

/** The Store port over PostgreSQL. `jobsIn` enqueues in the transaction that it is given. */
export function openStore(db: Database, jobsIn: (tx: Transaction<Schema>) => Jobs): Store {
  return {
    read: tables(db),
    platformKeys: platformKeys(db),
    transaction: async (body) =>
      await db
        .transaction()
        .setIsolationLevel('read committed')
        .execute(async (tx) => await body({ ...tables(tx), jobs: jobsIn(tx) })),
  }
}

function tables(db: Handle): Omit<Tx, 'jobs'> & Reads {
  return {
    accounts: accounts(db),
    bills: bills(db),
    differences: differences(db),
    fundRows: fundRows(db),
    reconciliations: reconciliations(db),
    tradeRows: tradeRows(db),
    endpoints: endpoints(db),
    events: events(db),
    idempotency: idempotency(db),
    inbox: inbox(db),
    ledger: ledger(db),
    orders: orders(db),
    payments: payments(db),
    platformKeys: platformKeys(db),
    products: products(db),
    promises: promises(db),
    receipts: receipts(db),
    refunds: refunds(db),
    seals: seals(db),
    messages: messages(db),
    shipments: shipments(db),
    tasks: tasks(db),
    tokens: tokens(db),
  }
}
