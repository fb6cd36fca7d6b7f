import { z } from 'zod'
import type { Account } from '../../domain/account.ts'

/** A person as the mini program sees them: no openid, no unionid, no full phone number. */
export const accountShape = z.object({
  id: z.string(),
  phone_masked: z.string().nullable().describe('For display, for example 138****0000.'),
})

export function showAccount(account: Account): z.infer<typeof accountShape> {
  return { id: account.id, phone_masked: account.phoneMasked }
}
