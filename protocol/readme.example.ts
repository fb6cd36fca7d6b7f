// The example of README.md; a test compares the two and runs this one.
// #region example
import * as wechat from './index.ts'

export async function prepay(settings: wechat.MerchantSettings, ports: wechat.PayClientPorts) {
  const check = wechat.openMerchant(settings) // parsed once; every misfit is told in words
  if (!check.ok) throw new Error(check.problems.join('\n'))
  const { mchid, serial, privateKey } = check.merchant
  const signer = { mchid, serial, privateKey }
  const hosts: [string, string] = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com']
  const us = { signer, hosts, userAgent: 'Shop/1', timeoutMs: 10_000 }
  const client = wechat.createPayClient(us, ports)
  const body = JSON.stringify({ mchid, description: '两杯奶茶' /* … */ })
  const answer = await client.send({ method: 'POST', path: '/v3/pay/transactions/jsapi', body })
  if (answer.got === 'silence') return 'ask WeChat later: it may have taken effect'
  if (!answer.authentic) return `only a hint: ${answer.hint.code}`
  return wechat.parsePrepayAnswer(answer.json).prepay_id
}
// #endregion
