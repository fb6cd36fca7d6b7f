/** WeChat's hosts that SDKs have hard-coded: the only ones that the proxy knows. */
export const WECHAT_HOSTS: readonly string[] = [
  'api.mch.weixin.qq.com',
  'api2.mch.weixin.qq.com',
  'api.wechatpay.cn',
  'api2.wechatpay.cn',
  'api.weixin.qq.com',
]

/** The host of `name:port`, when it is one of WeChat's at the port of its scheme; else null. */
export function wechatHost(authority: string, port: 80 | 443): string | null {
  const [, name = '', given = String(port)] = /^([^:]+)(?::(\d{1,5}))?$/.exec(authority) ?? []
  const host = name.toLowerCase()
  return WECHAT_HOSTS.includes(host) && Number(given) === port ? host : null
}
