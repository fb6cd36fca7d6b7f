import type { KeyObject } from 'node:crypto'
import {
  type KeyRing,
  type PayAnswer,
  type PayCall,
  type PlatformKey,
  sealField,
} from '@minitill/protocol'
import { type Instant, type OutRefundNo, parseRefund } from '@minitill/protocol/model'
import type {
  AbnormalRefund,
  Answer,
  FrozenRefund,
  RefundAnswer,
  WechatRefunds,
} from '../../ports/index.ts'
import { silence } from '../../ports/index.ts'
import { read } from './calls.ts'
import type { Ring } from './rings.ts'

const refundsPath = '/v3/refund/domestic/refunds'

/** How a call is made; the adapter's own. */
export interface RefundParts {
  readonly ringOf: (mchid: FrozenRefund['mchid']) => Ring
  readonly send: (ring: Ring, call: PayCall, phase: string) => Promise<PayAnswer>
  readonly now: () => Instant
}

/** 申请退款, 查询退款, 发起异常退款. */
export function refundCalls({ ringOf, send, now }: RefundParts): WechatRefunds {
  return {
    refund: async ({ mchid, outRefundNo, body }) => {
      const call = { method: 'POST', path: refundsPath, body } as const
      return readRefund(await send(ringOf(mchid), call, 'send-refund/refund'), outRefundNo)
    },
    refundQuery: async (mchid, no) => {
      const call = { method: 'GET', path: `${refundsPath}/${encodeURIComponent(no)}` } as const
      return readRefund(await send(ringOf(mchid), call, 'ask-refund/query'), no)
    },
    abnormalRefund: async (request) => {
      const ring = ringOf(request.mchid)
      await ring.look()
      const key = sealingKey(ring.keys(), now())
      // Without a key of WeChat's nothing can be sealed, so that nothing is sent.
      if (key === null) return silence('unreachable')
      const id = encodeURIComponent(request.refundId)
      const path = `${refundsPath}/${id}/apply-abnormal-refund`
      const body = abnormalBody(request, key.key)
      const call = { method: 'POST', path, body, sealedWith: key.serial } as const
      return readRefund(
        await send(ring, call, 'resolve-refund/apply-abnormal'),
        request.outRefundNo,
      )
    },
  }
}

/** 200 with a refund; one that is about another number is no answer to this question. */
export function readRefund(reply: PayAnswer, no: OutRefundNo): Answer<RefundAnswer> {
  return read(reply, 200, (json) => {
    const refund = parseRefund(json)
    return refund.out_refund_no === no ? { kind: 'refund', refund } : null
  })
}

/** The public key of WeChat's when there is one, else the certificate that lasts longest. */
function sealingKey(ring: KeyRing, at: Instant): PlatformKey | null {
  const keys = ring.all()
  const publicKey = keys.find((key) => key.kind === 'public_key')
  const certificates = keys
    .filter((key) => key.kind === 'certificate' && (key.expiresAt ?? 0) > at)
    .toSorted((a, b) => (b.expiresAt ?? 0) - (a.expiresAt ?? 0))
  return publicKey ?? certificates[0] ?? null
}

function abnormalBody(request: AbnormalRefund, key: KeyObject): string {
  const { outRefundNo, type, bankType, bankAccount, realName } = request
  return JSON.stringify({
    out_refund_no: outRefundNo,
    type,
    ...(bankType === undefined ? {} : { bank_type: bankType }),
    ...(bankAccount === undefined ? {} : { bank_account: sealField(key, bankAccount) }),
    ...(realName === undefined ? {} : { real_name: sealField(key, realName) }),
  })
}
