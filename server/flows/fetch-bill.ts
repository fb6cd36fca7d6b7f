import { billDay, triesUntilEmpty, triesUntilTask } from '../domain/reconcile/bill-day.ts'
import type { BillAnswer, BillRequest, Ports } from '../ports/index.ts'
import type { Bill } from '../ports/tables/bills.ts'
import { openTask } from './apply-refund.ts'
import { endBillTasks, importBill } from './import-bill.ts'
import { call, commit } from './phase.ts'

/** Whether a bill is here; when not, after how many tries, and why. */
export type FetchedBill =
  | { readonly kind: 'here'; readonly bill: Bill }
  | { readonly kind: 'late' | 'refused'; readonly problem: string; readonly tries: number }

/**
 * Brings one bill here: asks, downloads, imports. One that is here is not asked for again, but
 * for an empty one that somebody doubts (`again`). A crash leaves what is imported so far,
 * which nobody sees, and the next try begins anew.
 */
export async function fetchBill(
  ports: Ports,
  request: BillRequest,
  { again }: { readonly again: boolean },
): Promise<FetchedBill> {
  const bill = await commit(ports, 'fetch-bill/want', async (tx) => {
    const found = await tx.bills.find(request)
    return found ?? (await tx.bills.want(newBill(ports, request)))
  })
  if (bill.status === 'accepted' || (bill.status === 'empty' && !again)) {
    return { kind: 'here', bill }
  }
  const answer = await call(
    ports,
    'fetch-bill/bill',
    async () => await ports.wechatPay.bill(request),
  )
  const { kind } = request
  if (answer.got === 'silence') {
    ports.meter.count('bill_total', { kind, got: answer.why })
    return await notHere(ports, bill, { kind: 'late', problem: answer.why })
  }
  return await answered(ports, bill, answer.value)
}

function newBill({ random, clock }: Pick<Ports, 'random' | 'clock'>, request: BillRequest): Bill {
  return {
    ...request,
    id: random.id('bill'),
    status: 'wanted',
    attempt: 0,
    tries: 0,
    problem: null,
    hash: null,
    rowCount: null,
    openingFen: null,
    closingFen: null,
    createdAtMs: clock.now(),
    endedAtMs: null,
  }
}

async function answered(ports: Ports, bill: Bill, answer: BillAnswer): Promise<FetchedBill> {
  const { kind } = bill
  if (answer.kind === 'unusable') {
    ports.meter.count('bill_total', { kind, got: answer.why })
    return await notHere(ports, bill, { kind: 'refused', problem: answer.why })
  }
  if (answer.kind === 'refused') {
    ports.meter.count('bill_total', { kind, got: answer.code })
    // Nothing happened on that day: only a verified answer may say so.
    const isEmpty = answer.code === 'NO_STATEMENT_EXIST' && answer.authentic
    const found = isEmpty ? await acceptEmpty(ports, bill) : null
    if (found !== null) return { kind: 'here', bill: found }
    return await notHere(ports, bill, { kind: 'late', problem: answer.code })
  }
  const { file } = answer
  const imported = await importBill(ports, bill, file)
  await file.discard()
  if (imported.kind === 'refused') {
    ports.meter.count('bill_total', { kind, got: 'malformed' })
    return await notHere(ports, bill, { kind: 'refused', problem: imported.why })
  }
  if (imported.kind === 'overtaken') {
    return { kind: 'late', problem: 'overtaken', tries: bill.tries }
  }
  ports.meter.count('bill_total', { kind, got: 'accepted' })
  return { kind: 'here', bill: imported.bill }
}

/**
 * null when it is too early to believe it: WeChat gives the same answer before a bill is made, and
 * our own books have money on that day.
 */
async function acceptEmpty(ports: Ports, bill: Bill): Promise<Bill | null> {
  return await commit(ports, 'fetch-bill/end', async (tx) => {
    const day = billDay(bill.date)
    const isDoubtful = day !== null && (await tx.bills.hasMoney(bill.mchid, day))
    if (isDoubtful && bill.tries + 1 < triesUntilEmpty) return null
    await tx.bills.acceptEmpty(bill.id, ports.clock.now())
    await endBillTasks(tx, bill, ports.clock.now())
    return await tx.bills.byId(bill.id)
  })
}

/** What did not come, or was none, is noted; a person is told when it stays away, or is no bill. */
async function notHere(
  ports: Ports,
  bill: Bill,
  { kind, problem }: { readonly kind: 'late' | 'refused'; readonly problem: string },
): Promise<FetchedBill> {
  return await commit(ports, 'fetch-bill/end', async (tx): Promise<FetchedBill> => {
    const status = kind === 'refused' ? 'refused' : 'wanted'
    const tries = await tx.bills.note(bill.id, { status, problem })
    ports.log.warn({ mchid: bill.mchid, date: bill.date, kind: bill.kind, problem }, `bill ${kind}`)
    if (kind === 'refused' || tries >= triesUntilTask) {
      const { id, mchid, date, account } = bill
      const task = {
        kind: kind === 'refused' ? 'bill_refused' : 'bill_late',
        subject: `bill:${id}`,
        reason: kind === 'refused' ? 'bill_refused' : 'bill_late',
        detail: { bill: id, mchid, date, bill_kind: bill.kind, account, problem },
      } as const
      await openTask(tx, ports, task, ports.clock.now())
    }
    return { kind, problem, tries }
  })
}
