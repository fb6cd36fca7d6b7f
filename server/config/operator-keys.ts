import type { MerchantPolicy } from '../ports/index.ts'
import type { Reader } from './reader.ts'
import { Secret } from './secret.ts'

export interface OperatorKeys {
  readonly adminKey: Secret<string> | null
  readonly approverKey: Secret<string> | null
}

/** The operators' keys. Where a refund needs a second person there must be two of them. */
export function readOperatorKeys(
  reader: Reader,
  policies: readonly Pick<MerchantPolicy, 'approveRefundsFrom'>[],
): OperatorKeys {
  const admin = keyOf(reader, 'MINITILL_ADMIN_KEY')
  const approver = keyOf(reader, 'MINITILL_APPROVER_KEY')
  if (approver !== null && approver === admin) {
    reader.wrong('MINITILL_APPROVER_KEY', 'is MINITILL_ADMIN_KEY too; give a second person another')
  }
  const isNeeded = policies.some(({ approveRefundsFrom }) => approveRefundsFrom !== null)
  if (approver === null && isNeeded) {
    const remedy = 'is missing; nobody could approve the refunds that need a second person'
    reader.wrong('MINITILL_APPROVER_KEY', remedy)
  }
  if (admin === null && approver !== null) {
    reader.wrong(
      'MINITILL_ADMIN_KEY',
      'is missing; MINITILL_APPROVER_KEY is a second one beside it',
    )
  }
  const secret = (key: string | null) => (key === null ? null : new Secret(key))
  return { adminKey: secret(admin), approverKey: secret(approver) }
}

function keyOf(reader: Reader, name: 'MINITILL_ADMIN_KEY' | 'MINITILL_APPROVER_KEY') {
  const key = reader.material(name)
  if (key !== null && !/^sk_[\x21-\x7e]{32,200}$/.test(key)) {
    reader.wrong(name, 'must be sk_ and at least 32 characters')
  }
  return key
}
