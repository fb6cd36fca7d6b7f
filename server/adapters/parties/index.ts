import type { Appid, Mchid } from '@minitill/protocol/model'
import type { MessageTemplates } from '../../domain/person-message.ts'
import type { Merchant, MerchantPolicy, Parties } from '../../ports/index.ts'

export interface PartyList {
  /** The first one is the default. */
  readonly appids: readonly [Appid, ...Appid[]]
  /** For an app that several name, the first one collects. */
  readonly merchants: ReadonlyArray<{
    readonly mchid: Mchid
    readonly appids: readonly Appid[]
    readonly policy: MerchantPolicy
  }>
  /** For merchants that are not configured (any more). */
  readonly policy: MerchantPolicy
  readonly publicUrl: string
  readonly messages?: (appid: Appid) => MessageTemplates
}

/** Who we are, from the settings. @throws Error when an app has no merchant (settings check it) */
export function partiesOf(list: PartyList): Parties {
  const [defaultAppid] = list.appids
  const merchants = list.merchants.map(
    (given): Merchant => ({
      ...given,
      payNotifyUrl: `${list.publicUrl}/wechat/pay/notify/${given.mchid}`,
      refundNotifyUrl: `${list.publicUrl}/wechat/pay/refund-notify/${given.mchid}`,
    }),
  )
  return {
    defaultAppid,
    app: (appid) => {
      const found = list.appids.find((known) => known === appid)
      return found === undefined ? null : { appid: found, messages: list.messages?.(found) ?? {} }
    },
    appids: list.appids,
    mchids: merchants.map((merchant) => merchant.mchid),
    merchant: (mchid) => merchants.find((known) => known.mchid === mchid) ?? null,
    merchantOf: (appid) => {
      const found = merchants.find((known) => known.appids.includes(appid))
      if (found === undefined) throw new Error(`no merchant collects for ${appid}`)
      return found
    },
    policyOf: (mchid) => merchants.find((known) => known.mchid === mchid)?.policy ?? list.policy,
  }
}
