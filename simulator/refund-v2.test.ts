import { beforeAll, expect, it } from 'vitest'
import { platformRefund, setPlatform } from './control/refunds.ts'
import { openOld, sealOld } from './crypto/old-seal.ts'
import { type Box, openBox } from './testing/box.ts'

let box: Box
const KEY = '0123456789abcdef0123456789ABCDEF'
const url = 'http://127.0.0.1:9/old'

beforeAll(async () => {
  box = await openBox()
  const set = setPlatform(box.wechat, box.seed.credentials.mchid, {
    refund_notify_url: url,
    v2_key: KEY,
  })
  expect(set.status).toBe(200)
})

async function paid(number: string): Promise<string> {
  const { json } = await box.merchant.prepay(number, box.openid)
  box.use(json['prepay_id'], 'pay')
  await box.passTime(1000)
  return number
}

async function minuteLater(): Promise<void> {
  await box.passTime(60_000)
  await box.passTime(1000)
}

/** What came to the old address, opened. */
const heard = () =>
  box.sent
    .filter((message) => message.url === url)
    .map(({ body, headers }) => {
      const text = Buffer.from(body).toString('utf8')
      const sealed = /<req_info><!\[CDATA\[([^\]]+)\]\]>/.exec(text)?.[1] ?? ''
      return { text, headers, opened: openOld(sealed, KEY) }
    })

it('R59 a refund without notify_url is told in XML at the platform’s address', async () => {
  await paid('old-0001')
  const accepted = await box.merchant.refund('old-0001', 'OLD1', 40, { notify_url: undefined })
  expect(accepted.status).toBe(200)
  await minuteLater()
  const [notice] = heard()
  expect(notice?.headers['content-type']).toBe('text/xml')
  expect(notice?.headers).not.toHaveProperty('wechatpay-signature')
  expect(notice?.text).toContain(`<mch_id><![CDATA[${box.seed.credentials.mchid}]]>`)
  expect(notice?.opened).toContain('<out_refund_no><![CDATA[OLD1]]>')
  expect(notice?.opened).toContain('<refund_fee>40</refund_fee>')
  expect(notice?.opened).toContain('<refund_status><![CDATA[SUCCESS]]>')
  expect(notice?.opened).toContain('<refund_request_source><![CDATA[API]]>')
})

it('R59 an empty 204 does not acknowledge it; the word SUCCESS in XML does', async () => {
  const before = heard().length
  await box.passTime(15_000)
  expect(heard()).toHaveLength(before + 1)
  const body = '<xml><return_code><![CDATA[SUCCESS]]></return_code></xml>'
  box.respond = async () => ({ got: 'answer', status: 200, body })
  await box.passTime(15_000)
  await box.passTime(24 * 60 * 60_000)
  expect(heard()).toHaveLength(before + 2)
})

it('R59 a refund of the merchant platform itself says where it was made', async () => {
  await paid('old-0002')
  platformRefund(box.wechat, { out_trade_no: 'old-0002', amount: 100 })
  await box.wechat.commit()
  await minuteLater()
  expect(heard().at(-1)?.opened).toContain('<![CDATA[VENDOR_PLATFORM]]>')
})

it('R59 a refund with a notify_url of its own is told there, and not in the old form', async () => {
  await paid('old-0003')
  const before = heard().length
  await box.merchant.refund('old-0003', 'OLD3', 100)
  await minuteLater()
  expect(heard()).toHaveLength(before)
})

it('the old seal opens with its key alone', () => {
  expect(openOld(sealOld('茶', KEY), KEY)).toBe('茶')
  expect(() => openOld(sealOld('茶', KEY), KEY.toLowerCase())).toThrow()
})
