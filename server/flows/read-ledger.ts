// What an accountant reads of the ledger: entries of a subject or a time, an order's own among them,
// all of them as a stream, and the seals. It only reads; a crash leaves nothing.
import type { Instant } from '@minitill/protocol/model'
import type { Entry } from '../domain/ledger.ts'
import type { Seal } from '../domain/seal.ts'
import type { Reads } from '../ports/index.ts'
import type { AccountSum, EntryFilter } from '../ports/tables/ledger.ts'

type Reading = { readonly store: { readonly read: Reads } }

export interface EntryPage {
  readonly entries: readonly Entry[]
  /** What all entries of the subject sum to, by account; null where none was named. */
  readonly sums: readonly AccountSum[] | null
}

/** A page of entries, oldest first. `order:<id>` gathers everything that belongs to an order. */
export async function readEntries(
  ports: Reading,
  wanted: {
    readonly subject: string | undefined
    readonly fromMs: Instant | undefined
    readonly toMs: Instant | undefined
    readonly after: { readonly atMs: Instant; readonly id: string } | null
    readonly limit: number
  },
): Promise<EntryPage> {
  const { subject, fromMs, toMs, after, limit } = wanted
  const { ledger } = ports.store.read
  const subjects = subject === undefined ? undefined : await subjectsOf(ports, subject)
  if (subjects?.length === 0) return { entries: [], sums: [] }
  const entries = await ledger.page({ subjects, fromMs, toMs }, after, limit)
  return { entries, sums: subjects === undefined ? null : await ledger.sums(subjects) }
}

/** The subjects that an order's entries have: its payments, refunds, and money in suspense. */
async function subjectsOf(ports: Reading, subject: string): Promise<readonly string[]> {
  const { payments, refunds, tasks } = ports.store.read
  const [kind, orderId = ''] = subject.split(/:(.*)/s)
  if (kind !== 'order') return [subject]
  const ofOrder = await payments.ofOrder(orderId)
  const given = await refunds.ofOrder(orderId)
  // Money that paid nothing has no row of the order's own, but a task that names both.
  const strangers = await tasks.transactionsAbout(orderId)
  const transactions = [...ofOrder.map(({ transactionId }) => transactionId), ...strangers]
  return [
    ...new Set([
      ...ofOrder.map(({ id }) => `payment:${id}`),
      ...given.map(({ id }) => `refund:${id}`),
      ...transactions.filter((one) => one !== null).map((one) => `transaction:${one}`),
    ]),
  ]
}

const entriesPerPage = 500

/** All entries of a time, oldest first, page by page: memory does not grow with the ledger. */
export async function* exportEntries(
  ports: Reading,
  filter: Pick<EntryFilter, 'fromMs' | 'toMs'>,
): AsyncGenerator<readonly Entry[]> {
  let after: { atMs: Instant; id: string } | null = null
  for (;;) {
    const page: readonly Entry[] = await ports.store.read.ledger.page(filter, after, entriesPerPage)
    if (page.length > 0) yield page
    const last = page.at(-1)
    if (last === undefined || page.length < entriesPerPage) return
    after = { atMs: last.atMs, id: last.id }
  }
}

/** Seals, newest first. */
export async function readSeals(
  ports: Reading,
  page: { readonly before: number | null; readonly limit: number },
): Promise<readonly Seal[]> {
  return await ports.store.read.seals.before(page.before, page.limit)
}
