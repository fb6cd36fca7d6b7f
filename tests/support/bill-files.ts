// Small bills about the orders of a scripted shop, as files that WeChat would give; written by the
// simulator's own writers.
import { createHash } from 'node:crypto'
import { fen } from '@minitill/protocol/model'
import { answer } from '../../server/ports/index.ts'
import { fundBill } from '../../simulator/bills/fund-bill.ts'
import { type Sheet, sheetBytes } from '../../simulator/bills/sheet.ts'
import type { BillEntry } from '../../simulator/bills/trade-bill.ts'
import { appid, mchid } from './flow-ports.ts'
import type { PaidOrder } from './refund-box.ts'

export const totalFen = 1980
export const feeFen = 12
export const backFen = 500

type Named = Pick<PaidOrder, 'no' | 'transactionId'>

export function trade(
  { no, transactionId, saidFen = totalFen }: Named & { readonly saidFen?: number },
  atMs: number,
): BillEntry {
  const sold: Partial<BillEntry['trade']> = {
    ...{ mchid, appid, outTradeNo: no, openid: 'oPayer', total: fen(saidFen) },
    ...{ description: '茶', attach: null, deviceId: null },
  }
  const paid: Partial<BillEntry['payment']> = {
    ...{ transactionId, paidAtMs: atMs, payerTotal: fen(saidFen) },
    ...{ bankType: 'OTHERS', feePer10000: 60 },
  }
  return {
    trade: sold as BillEntry['trade'],
    payment: paid as BillEntry['payment'],
    ...{ atMs, feeFen, refund: null },
  }
}

export function refunded(
  order: Named,
  {
    id,
    no,
    saidFen = backFen,
  }: { readonly id: string; readonly no: string; readonly saidFen?: number },
  atMs: number,
): BillEntry {
  const amounts = { appliedFen: saidFen, settledFen: saidFen, channel: 'ORIGINAL' }
  const state = { state: 'PROCESSING', acceptedAtMs: atMs, succeededAtMs: null } as const
  const refund = { refundId: id, outRefundNo: no, ...amounts, ...state }
  return { ...trade(order, atMs), feeFen: 0, refund }
}

export const move = ({ no, transactionId }: Named, type: string, amountFen: number) => ({
  ...{ voucher: no, businessId: transactionId, note: '', name: type, type, amountFen },
})

export function fundsOf(
  atMs: number,
  moves: ReadonlyArray<ReturnType<typeof move>>,
  flows = 'F',
  openingFen = 100_000,
): Sheet | null {
  let balanceFen = openingFen
  const rows = moves.map((one, index) => {
    balanceFen += one.amountFen
    return { ...one, atMs, flowId: `${flows}${index}`, balanceFen, applicant: 'system' }
  })
  return fundBill(rows)
}

export function fileOf(sheet: Sheet | null) {
  if (sheet === null) throw new Error('an empty bill')
  const bytes = sheetBytes(sheet, { bom: true, newline: 'crlf' })
  const hash = createHash('sha1').update(bytes).digest('hex')
  async function* read() {
    yield bytes
  }
  const file = { hash, size: bytes.length, read, discard: async () => {} }
  return answer({ kind: 'file' as const, file })
}
