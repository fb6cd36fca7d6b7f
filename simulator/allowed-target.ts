/**
 * Whether a notification may be sent there: to this machine only. A simulator that posts to any
 * address a caller names would be a way into networks that the caller can't reach.
 */
export function allowedTarget(url: string): boolean {
  try {
    const { hostname, protocol } = new URL(url)
    const here = /^127(\.\d{1,3}){3}$/.test(hostname) || hostname === '[::1]'
    return /^https?:$/.test(protocol) && (here || hostname === 'localhost')
  } catch {
    return false
  }
}
