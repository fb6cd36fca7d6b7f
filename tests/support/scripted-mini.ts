import { type Appid, instant, parseOpenid, parseUnionid } from '@minitill/protocol/model'
import {
  type Answer,
  answer,
  type CodeExchange,
  type DoneAnswer,
  type ManagedAnswer,
  type PhoneAnswer,
  type TokenAnswer,
  type WechatMini,
} from '../../server/ports/index.ts'

/** A session_key that a test can look for in every row and line. */
export const canarySessionKey = 'Q0FOQVJZc2Vzc2lvbktleQ=='

/** WeChat's mini program side, answering as the test says, and counting. */
export class ScriptedMini implements WechatMini {
  readonly asked: string[] = []
  onCode: (code: string, appid: Appid) => Promise<Answer<CodeExchange>> = async (code) =>
    person(`openid-${code}`)
  onToken: (force: boolean) => Promise<Answer<TokenAnswer>> = async () => token('token-1')
  onPhone: (accessToken: string, code: string) => Promise<Answer<PhoneAnswer>> = async () =>
    refusal(40029)

  async exchangeCode(appid: Appid, code: string): Promise<Answer<CodeExchange>> {
    this.asked.push(`code2session ${code}`)
    return await this.onCode(code, appid)
  }

  async stableToken(_appid: Appid, force: boolean): Promise<Answer<TokenAnswer>> {
    this.asked.push(force ? 'stable_token forced' : 'stable_token')
    return await this.onToken(force)
  }

  async phoneNumber(
    _appid: Appid,
    accessToken: string,
    code: string,
  ): Promise<Answer<PhoneAnswer>> {
    this.asked.push(`getuserphonenumber ${accessToken}`)
    return await this.onPhone(accessToken, code)
  }

  async uploadShipping(accessToken: string): Promise<Answer<DoneAnswer>> {
    this.asked.push(`upload_shipping_info ${accessToken}`)
    return answer({ kind: 'done' })
  }

  async shippingOrder(_accessToken: string, transactionId: string) {
    this.asked.push(`get_order ${transactionId}`)
    return refusal(10060001)
  }

  async tradeManaged(_accessToken: string, appid: Appid): Promise<Answer<ManagedAnswer>> {
    this.asked.push(`is_trade_managed ${appid}`)
    return answer({ kind: 'managed', managed: true })
  }

  async sendMessage(accessToken: string): Promise<Answer<DoneAnswer>> {
    this.asked.push(`subscribe_message ${accessToken}`)
    return answer({ kind: 'done' })
  }

  times(call: string): number {
    return this.asked.filter((line) => line.startsWith(call)).length
  }
}

export const refusal = (errcode: number) => answer({ kind: 'refused', errcode } as const)

export function person(openid: string, unionid: string | null = null): Answer<CodeExchange> {
  return answer({
    kind: 'person',
    openid: parseOpenid(openid),
    unionid: unionid === null ? null : parseUnionid(unionid),
    sessionKey: canarySessionKey,
  })
}

export const token = (accessToken: string, expiresInSeconds = 7200): Answer<TokenAnswer> =>
  answer({ kind: 'token', accessToken, expiresInSeconds })

export function phone(purePhoneNumber: string, appid: Appid, atMs: number): Answer<PhoneAnswer> {
  const watermark = { appid, atMs: instant(atMs) }
  return answer({ kind: 'phone', purePhoneNumber, countryCode: '86', watermark })
}
