import { openResource } from '../crypto/seal.ts'
import type { Box } from './box.ts'

/** What the refund notices of a number said, in order. */
export function refundNotices(box: Box, outRefundNo: string): Record<string, unknown>[] {
  return box.sent.flatMap(({ body }) => {
    const { event_type, resource } = JSON.parse(Buffer.from(body).toString('utf8'))
    if (resource.original_type !== 'refund') return []
    const key = box.seed.credentials.apiv3_key
    const text = openResource(resource.ciphertext, key, resource.nonce, resource.associated_data)
    const told = JSON.parse(text)
    return told.out_refund_no === outRefundNo ? [{ event_type, ...told }] : []
  })
}
