// Stands in for an edited hosts file and port 443, which a test must not touch: HTTPS connections
// to WeChat's hosts go to the simulator's own HTTPS port, with the name and the checks untouched.
// Any other connection that leaves this machine fails.
import { createRequire } from 'node:module'

const tls = createRequire(import.meta.url)('node:tls')
const { connect } = tls
const WECHAT = /^api2?\.(mch\.weixin\.qq\.com|wechatpay\.cn)$|^api\.weixin\.qq\.com$/

tls.connect = (options, ...rest) => {
  if (!WECHAT.test(options.host) || options.port !== 443) throw new Error('not a host of WeChat’s')
  const port = Number(process.env['SDK_HTTPS_PORT'])
  return connect({ ...options, host: '127.0.0.1', port }, ...rest)
}
