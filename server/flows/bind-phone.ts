// Binds the phone number that WeChat gives for the one-time code of the phone button.
// The app's token is got first, so that a code is not burnt when there is none; then the code is
// claimed before WeChat is asked; the person's own openid goes with it, so that a code of
// another person is refused by WeChat; the number is sealed before it is stored.
// A crash after the claim burns the code: the person taps the button again.
import { type MiniAdvice, miniAdvice } from '@minitill/protocol/model'
import { isPhoneOurs, maskPhone } from '../domain/account.ts'
import type { PhoneAnswer, Ports } from '../ports/index.ts'
import { sha256Hex } from './hash.ts'
import { sharedToken } from './keep-token.ts'
import { askRenewing } from './mini-call.ts'
import { call, commit } from './phase.ts'
import type { Caller } from './who-am-i.ts'

export type BindPhoneResult =
  | { readonly kind: 'bound'; readonly masked: string }
  | { readonly kind: 'code_used' }
  /** WeChat made the statement for another app, or long ago. */
  | { readonly kind: 'not_ours' }
  | { readonly kind: 'refused'; readonly advice: MiniAdvice }
  | { readonly kind: 'silence' }

type PhoneOfPerson = Exclude<PhoneAnswer, { kind: 'refused' }>

export async function bindPhone(
  ports: Ports,
  caller: Caller,
  code: string,
): Promise<BindPhoneResult> {
  const { appid } = caller.session
  const identity = await ports.store.read.accounts.identityOf(caller.account.id, appid)
  if (identity === null) throw new Error('a session without an identity in its own app')
  const token = await sharedToken(ports, appid)
  if (token.kind === 'silence') return token
  if (token.kind === 'refused') return refused(ports, 'token', token.errcode)
  const codeHash = sha256Hex(`${appid}/${code}`)
  const at = ports.clock.now()
  const claimed = await commit(ports, 'bind-phone/claim-code', (tx) =>
    tx.accounts.claimCode({ codeHash, kind: 'phone', appid, at }),
  )
  if (!claimed) return { kind: 'code_used' }
  const ask = (accessToken: string) =>
    call(ports, 'bind-phone/phone', () =>
      ports.wechatMini.phoneNumber(appid, accessToken, code, identity.openid),
    )
  const answer = await askRenewing<PhoneOfPerson>(ports, { appid, api: 'phone', ask }, token)
  if (answer.got === 'silence') return { kind: 'silence' }
  if (answer.got === 'refused') {
    return refused(ports, answer.about === 'token' ? 'token' : 'phone', answer.errcode)
  }
  const { purePhoneNumber, countryCode, watermark } = answer.value
  // A statement for another app, or an old one, says nothing about this person now.
  if (!isPhoneOurs(watermark, appid, ports.clock.now())) return { kind: 'not_ours' }
  const masked = maskPhone(purePhoneNumber)
  const sealed = ports.seal.seal('phone', caller.account.id, `+${countryCode} ${purePhoneNumber}`)
  await commit(ports, 'bind-phone/bind', (tx) =>
    tx.accounts.bindPhone(caller.account.id, sealed, masked),
  )
  return { kind: 'bound', masked }
}

/** The same errcode may mean two things: 40001 is a dead token here, a wrong secret there. */
function refused(ports: Ports, api: 'phone' | 'token', errcode: number): BindPhoneResult {
  const advice = miniAdvice(api, errcode)
  if (advice.reaction === 'stop') {
    const call = api === 'phone' ? 'getuserphonenumber' : 'stable_token'
    ports.log.error({ call, errcode, remedy: advice.en }, 'WeChat refuses phone numbers')
  }
  return { kind: 'refused', advice }
}
