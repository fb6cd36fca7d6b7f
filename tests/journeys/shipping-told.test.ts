import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Carrier } from '../support/carrier.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// WeChat pushes what became of an order. We ask it, and then it is so.
const token = 'message-token-1'
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const settings = { WECHAT_MESSAGE_TOKEN: token, WECHAT_MESSAGE_AES_KEY: aesKey }

const ways = [
  { format: 'json', mode: 'safe' },
  { format: 'xml', mode: 'safe' },
  { format: 'json', mode: 'compatible' },
  { format: 'xml', mode: 'compatible' },
  { format: 'json', mode: 'plain' },
  { format: 'xml', mode: 'plain' },
] as const

describe.each(ways)('message push as $format in $mode mode', ({ format, mode }) => {
  let pair: Pair
  let person: Shopper
  let carrier: Carrier
  let wechat: Wechat

  beforeAll(async () => {
    const given = mode === 'plain' ? { WECHAT_MESSAGE_TOKEN: token } : settings
    pair = await startPair(1, given)
    person = await Shopper.arrive(pair)
    carrier = new Carrier(pair)
    wechat = new Wechat(pair)
  })
  afterAll(async () => {
    await pair.stop()
  })

  test('the address is confirmed, and a receipt reaches the order within seconds of its message', async () => {
    const { appid, app_secret: secret } = pair.credentials
    const registered = await pair.simulator.post('/_sim/apps', {
      appid,
      secret,
      message_url: `${pair.server.url}/wechat/messages/${appid}`,
      message_token: token,
      ...(mode === 'plain' ? {} : { message_aes_key: aesKey }),
      message_format: format,
      message_mode: mode,
    })
    expect(registered.json.message_url).toMatchObject({ ok: true })
    const { id, no } = await bought(person)
    await carrier.ship(id)
    await wechat.advance(61_000)
    await carrier.untilOrder(id, 'shipped')
    const transaction_id = (await carrier.there(no))?.['transaction_id']
    const confirm = { transaction_id, action: 'confirm', person: person.id }
    await pair.simulator.post('/_sim/receipts', confirm)
    // The settlement's message comes a minute later; the next question of ours only in hours.
    await wechat.advance(61_000)
    await carrier.untilOrder(id, 'settled')
    const pushes = await wechat.seen('push', `/wechat/messages/${appid}`)
    expect(pushes.length).toBeGreaterThan(0)
    expect(pushes.every(({ answer }) => answer.status === 200)).toBe(true)
  })

  test('a message that overtakes the answer to the upload is followed too, when the next one is lost', async () => {
    const { id, no } = await bought(person)
    // WeChat has it at once, and its message comes; the answers to us stay away.
    const point = 'mini.upload_shipping_info'
    const lost = await wechat.arm({ point, kind: 'answer_lost', probability: 1 })
    const shipment = await carrier.ship(id)
    await wechat.advance(61_000)
    await carrier.untilOrder(id, 'shipped')
    expect((await carrier.of(id))[0]?.['status']).toBe('queued')
    await wechat.disarm(lost)
    await wechat.arm({ point: 'push', kind: 'lost', probability: 1 })
    await wechat.advance(3_600_000)
    await carrier.until(id, shipment, 'uploaded')
    const transaction_id = (await carrier.there(no))?.['transaction_id']
    const confirm = { transaction_id, action: 'confirm', person: person.id }
    await pair.simulator.post('/_sim/receipts', confirm)
    await wechat.advance(13 * 3_600_000)
    await carrier.untilOrder(id, 'settled')
  })
})

describe('subscribe messages', () => {
  let pair: Pair
  let person: Shopper
  let wechat: Wechat
  const template = (id: string, data: Record<string, string>) => ({ template_id: id, data })
  const file = {
    paid: {
      ...template('paidTemplate01', { thing1: '{items}', amount2: '{total}' }),
      page: 'pages/order/order?id={order_id}',
    },
    shipped: template('shippedTemplate1', {
      thing1: '{items}',
      character_string2: '{tracking_no}',
    }),
    refunded: template('refundTemplate01', {
      amount1: '{refund_amount}',
      thing2: '{refund_reason}',
    }),
  }

  beforeAll(async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'minitill-messages-')), 'messages.json')
    writeFileSync(path, JSON.stringify(file))
    pair = await startPair(2, { MINITILL_SUBSCRIBE_MESSAGES: path })
    person = await Shopper.arrive(pair)
    wechat = new Wechat(pair)
    for (const { template_id, data } of Object.values(file)) {
      const fields = Object.keys(data).map((key) => ({ key, label: key }))
      const body = { template_id, title: '通知', fields }
      const registered = await pair.simulator.post('/_sim/templates', body)
      if (registered.status !== 201) throw new Error(registered.text)
    }
  })
  afterAll(async () => {
    await pair.stop()
  })

  const allow = async ({ id: person }: Shopper, ...ids: string[]) =>
    await pair.simulator.post('/_sim/subscriptions', {
      person,
      results: Object.fromEntries(ids.map((id) => [id, 'accept'])),
    })
  const read = async ({ id }: Shopper, templateId: string) => {
    const { data } = (await pair.simulator.get(`/_sim/messages?person=${id}`)).json
    return data.filter((one: { template_id: string | null }) => one.template_id === templateId)
  }
  const ended = async (orderId: string) => {
    const query = 'SELECT kind, status, errcode FROM person_message WHERE order_id = $1'
    return (await pair.db.query(`${query} ORDER BY kind`, [orderId])).rows
  }

  test('paid, shipped and refunded are told once each to a person who allowed it', async () => {
    await allow(person, 'paidTemplate01', 'shippedTemplate1', 'refundTemplate01')
    const carrier = new Carrier(pair)
    const till = new Till(pair)
    const { id } = await bought(person)
    await carrier.ship(id)
    await wechat.advance(61_000)
    await carrier.untilOrder(id, 'shipped')
    const refund = await till.refund(id, 500, { reason: '杯口有裂' })
    await till.untilAccepted(refund)
    await wechat.advance(61_000)
    await till.until(refund, { status: 'succeeded' })
    await until(
      () => ended(id),
      (rows) => rows.length === 3 && rows.every(({ status }) => status === 'sent'),
    )
    const [paid] = await read(person, 'paidTemplate01')
    expect(paid.fields.map(({ value }: { value: string }) => value)).toEqual(['Cup 🍵', '¥25.00'])
    expect(paid.page).toBe(`pages/order/order?id=${id}`)
    const [refunded] = await read(person, 'refundTemplate01')
    expect(JSON.stringify(refunded.fields)).toContain('¥5.00')
  })

  test('the mini program learns what to ask for with the five fields of the payment', async () => {
    const order = await person.order()
    const { json } = await person.post(`/v1/orders/${order.json.id}/pay`)
    expect(Object.keys(json).sort()).toEqual(['order', 'payment', 'subscribe_template_ids'])
    expect(json.subscribe_template_ids).toEqual(
      Object.values(file).map(({ template_id }) => template_id),
    )
  })

  test('who allows it on the sheet after paying still hears that it was paid', async () => {
    const sends = async () => (await wechat.seen('request', '/message/subscribe/send')).length
    const before = await sends()
    const other = await Shopper.arrive(pair)
    const { id } = await bought(other)
    await until(sends, (count) => count > before)
    expect(await ended(id)).toMatchObject([{ kind: 'paid', status: 'queued' }])
    await allow(other, 'paidTemplate01')
    await wechat.advance(6_000)
    await until(
      () => ended(id),
      ([row]) => row?.status === 'sent',
    )
    expect(await read(other, 'paidTemplate01')).toHaveLength(1)
  })

  test('who did not allow it hears nothing; that is an end, and money does not wait for it', async () => {
    const { id } = await bought(person)
    await passUntil(
      wechat,
      () => ended(id),
      (rows) => rows.length === 1 && rows[0].status === 'unwanted',
    )
    expect(await ended(id)).toMatchObject([{ kind: 'paid', errcode: 43101 }])
    expect(await new Till(pair).tasks(id)).toEqual([])
  })

  test('a busy WeChat gets it later; a message that breaks a rule of WeChat is a task', async () => {
    await allow(person, 'paidTemplate01')
    await wechat.arm({ point: 'mini.subscribe_send', kind: 'concurrent_send', count: 1 })
    const { id } = await bought(person)
    await passUntil(
      wechat,
      () => ended(id),
      (rows) => rows[0]?.status === 'sent',
    )
    await allow(person, 'paidTemplate01')
    await wechat.arm({ point: 'mini.subscribe_send', kind: 'sensitive_word', count: 1 })
    const other = await bought(person)
    await new Till(pair).untilTask('45168', 'message_refused')
    expect(await ended(other.id)).toMatchObject([{ status: 'failed', errcode: 45168 }])
  })
})
