// The download of a bill (wechat-pay.md §8.2): the request is signed, the answer is not (R14).
import { billBytes } from '../bills/file.ts'
import { packed, takeLink } from '../bills/links.ts'
import type { BillLink } from '../state.ts'
import { refused, unsignedReply } from './pay-answer.ts'
import type { MerchantContext, WireReply } from './wire.ts'

const GONE = refused(400, 'INVALID_REQUEST', '下载链接无效或已过期，请重新申请账单', 268435461)
const FOREIGN = refused(403, 'NO_AUTH', '下载账单的商户号与申请账单的商户号不一致', 268435461)

const MEBIBYTE = 1024 * 1024
/** What a small gzip file unpacks to, in MiB. */
const BOMB_MEBIBYTES = 1024

/** One MiB on the wire that unpacks to one GiB: a gzip file may be made of many (models A-65). */
function bomb(): Buffer {
  const member = packed(Buffer.alloc(MEBIBYTE), true)
  return Buffer.concat(Array.from({ length: BOMB_MEBIBYTES }, () => member))
}

/** The same with its last digit, which is one of the totals, changed. */
function damaged(bytes: Buffer): Buffer {
  const at = bytes.findLastIndex((byte) => byte >= 0x30 && byte <= 0x39)
  const changed = Buffer.from(bytes)
  changed[at] = (bytes[at] ?? 0) === 0x39 ? 0x38 : 0x39
  return changed
}

/** The bytes that leave, with what a fault does to them after their hash was told. */
function sent(bytes: Buffer, link: BillLink, kind: string | undefined): Buffer {
  switch (kind) {
    case 'bill_cut':
      return packed(bytes.subarray(0, Math.floor(bytes.length / 2)), link.gzip)
    case 'bill_damaged':
      return packed(damaged(bytes), link.gzip)
    case 'gzip_flipped':
      return packed(bytes, !link.gzip)
    case 'gzip_bomb':
      return bomb()
    default:
      return packed(bytes, link.gzip)
  }
}

/** GET /v3/billdownload/file?token= (下载账单). */
export function downloadBill(context: MerchantContext): WireReply {
  const { world, fault, merchant, query } = context
  if (fault?.kind === 'link_expired') return unsignedReply(context, GONE)
  if (fault?.kind === 'link_foreign') return unsignedReply(context, FOREIGN)
  const used = takeLink(world, query.get('token') ?? '', merchant.mchid)
  if (!used.ok) return unsignedReply(context, used.why === 'foreign' ? FOREIGN : GONE)
  const bytes = billBytes(world, used.link)
  if (bytes === null) return unsignedReply(context, GONE)
  const { headers } = unsignedReply(context, { status: 200, body: null, numeric: 0 })
  return {
    status: 200,
    headers: { ...headers, 'content-type': used.link.gzip ? 'application/x-gzip' : 'text/plain' },
    body: sent(bytes, used.link, fault?.kind),
  }
}
