// Where notifications and pushes may go: to this machine, and where somebody said so. A simulator
// that posts to any address a caller names would be a way into networks that the caller can't reach.

/** Names of the real WeChat: nothing is ever sent there, whatever is configured. */
const WECHAT = /(^|\.)(qq\.com|wechatpay\.cn|wechat\.com|tenpay\.com|weixin\.com)$/i
const TARGET = /^(\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]{0,251}[a-z0-9_])?)(:\d{1,5})?$/i

/** Whether an IP address is this machine. */
export function isLoopback(address: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(address) || address === '::1'
}

/** Addresses that answer for the machine itself or its cloud, whatever name leads to them. */
function isNowhere(address: string): boolean {
  return /^(0\.|169\.254\.)/.test(address) || /^(::$|::ffff:|fe[89ab])/i.test(address)
}

export interface Targets {
  /** Whether a message may be sent to this URL. */
  allows(url: string): boolean
  /** Whether the address that a name led to may be connected with: asked at each connection. */
  reaches(hostname: string, address: string): boolean
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase()
}

/**
 * @param more host names or addresses beside this machine, with a port or for all ports
 * @throws RangeError for one that is no host, or is WeChat's
 */
export function targetsOf(more: readonly string[] = []): Targets {
  const named = more.map((one) => one.trim().toLowerCase()).filter((one) => one !== '')
  for (const one of named) {
    if (!TARGET.test(one)) {
      throw new RangeError(
        `allowed targets: "${one}" must be a host, as shop.test or 10.0.0.5:8080`,
      )
    }
    if (WECHAT.test(one.replace(/:\d+$/, ''))) {
      throw new RangeError(`allowed targets: "${one}" is WeChat's own; nothing is ever sent there`)
    }
  }
  const hosts = new Set(named.map((one) => bare(one.replace(/(?<=[^:]):\d+$|(?<=\]):\d+$/, ''))))
  const allows = (url: string): boolean => {
    if (!URL.canParse(url)) return false
    const { hostname, host, port, protocol } = new URL(url)
    if (protocol !== 'http:' && protocol !== 'https:') return false
    if (isLoopback(bare(hostname)) || hostname === 'localhost') return true
    const whole = port === '' ? `${host}:${protocol === 'http:' ? 80 : 443}` : host
    return named.includes(hostname) || named.includes(whole)
  }
  const reaches = (hostname: string, address: string): boolean =>
    isLoopback(address) || (hosts.has(bare(hostname)) && !isNowhere(address))
  return { allows, reaches }
}
