import { beforeEach, expect, it } from 'vitest'
import { messagesView } from '../control/messages.ts'
import { registerApp } from '../control/register.ts'
import { registerTemplate, subscribe, templatesView } from '../control/subscriptions.ts'
import type { Seed } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'
import { type MiniServer, miniServer } from '../testing/mini.ts'

let box: Box
let seed: Seed | undefined
let mini: MiniServer
const ID = 'template-paid'
const FIELDS = [
  { key: 'thing1', label: '商品' },
  { key: 'amount2', label: '金额' },
  { key: 'enum3', label: '状态', values: ['已支付', '已退款'] },
]
const DATA = {
  thing1: { value: '试吃装' },
  amount2: { value: '¥1.00' },
  enum3: { value: '已支付' },
}

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  mini = miniServer(box)
  const template = { template_id: ID, title: '支付成功通知', fields: FIELDS }
  expect(registerTemplate(box.wechat, template).status).toBe(201)
})

const decide = (result: string, more: object = {}) =>
  subscribe(box.wechat, { template_id: ID, result, ...more }).body as Record<string, unknown>

async function send(more: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const body = {
    touser: box.openid,
    template_id: ID,
    page: 'pages/order?id=1',
    data: DATA,
    ...more,
  }
  return mini.post('/cgi-bin/message/subscribe/send', body)
}

const errcode = async (more: Record<string, unknown> = {}) => (await send(more))['errcode']

/** Pushed events so far, by name. */
async function pushed(format: 'json' | 'xml' = 'json') {
  const { appid, app_secret: secret } = box.seed.credentials
  const push = { message_url: 'http://127.0.0.1:9/messages', message_format: format }
  await registerApp(box.wechat, { appid, secret, message_mode: 'plain', ...push })
  return async (event: string): Promise<readonly string[]> => {
    await box.wechat.commit()
    await mini.walk(1000)
    const texts = box.sent.map(({ body }) => Buffer.from(body).toString('utf8'))
    return texts.filter((text) => text.includes(event))
  }
}

it('M60 without an accept 43101; one accept is one message, and accepts add up', async () => {
  expect(await errcode()).toBe(43101)
  decide('reject')
  expect(await errcode()).toBe(43101)
  decide('accept')
  expect(decide('accept')).toMatchObject({ data: [{ left: 2 }] })
  expect([await errcode(), await errcode(), await errcode()]).toEqual([0, 0, 43101])
  const { data } = messagesView(box.wechat, { person: 'person-1' }).body as { data: object[] }
  expect(data).toHaveLength(2)
  expect(data[0]).toMatchObject({
    kind: 'subscribe',
    template_id: ID,
    title: '支付成功通知',
    page: 'pages/order?id=1',
    fields: [
      { label: '商品', value: '试吃装' },
      { label: '金额', value: '¥1.00' },
      { label: '状态', value: '已支付' },
    ],
  })
  expect(messagesView(box.wechat, { person: 'other' }).body).toEqual({ data: [] })
})

it('M60 a long-term accept holds until it is switched off in the settings', async () => {
  const long = { template_id: ID, title: '物流通知', kind: 'long_term', fields: FIELDS }
  registerTemplate(box.wechat, long)
  decide('accept')
  expect([await errcode(), await errcode()]).toEqual([0, 0])
  decide('reject', { place: 'settings' })
  expect(await errcode()).toBe(43101)
  decide('accept', { place: 'settings' })
  expect(await errcode()).toBe(0)
  decide('ban')
  expect(await errcode()).toBe(43107)
})

it('M60 sends to one person at the same time: 43108, and the permission stays', async () => {
  decide('accept')
  decide('accept')
  box.arm('mini.subscribe_send', 'concurrent_send')
  expect(await errcode()).toBe(43108)
  box.set({ subscribe_send_ms: 50 })
  expect([await errcode(), await errcode()]).toEqual([0, 43108])
  await mini.walk(50)
  expect(await errcode()).toBe(0)
})

it('M60 a value against its rule is 47003, which names the field', async () => {
  decide('accept')
  const wrong: readonly (readonly [string, unknown])[] = [
    ['thing1', '货'.repeat(21)],
    ['thing1', ''],
    ['amount2', '¥12345678901'],
    ['amount2', 'one'],
    ['enum3', '别的'],
  ]
  for (const [key, value] of wrong) {
    const answer = await send({ data: { ...DATA, [key]: { value } } })
    expect(answer['errcode']).toBe(47003)
    expect(answer['errmsg']).toMatch(
      new RegExp(`^argument invalid! data.${key}.value invalid, rid`),
    )
  }
  expect(await errcode({ data: { thing1: DATA.thing1 } })).toBe(47003)
  expect(await errcode()).toBe(0)
})

it('M60 the rules of every kind of field', async () => {
  const rules: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['number1', ['0', '-12.5', '9'.repeat(32)], ['x', '9'.repeat(33), '']],
    ['letter1', ['abc'], ['ab1', 'a'.repeat(33)]],
    ['symbol1', ['##'], ['#a', '######']],
    ['character_string1', ['A-1#'], ['中', 'x'.repeat(33)]],
    ['time1', ['15:01', '2019年10月1日 15:01', '15:01~16:01'], ['noon', '']],
    ['date1', ['2019年10月1日', '2019-10-01 08:00'], ['yesterday']],
    ['phone_number1', ['+86-0766-66888866'], ['phone', '1'.repeat(18)]],
    ['car_number1', ['粤A8Z888挂'], ['粤A8Z888挂12']],
    ['name1', ['张三', 'John Smith'], ['张'.repeat(11), 'x'.repeat(21)]],
    ['phrase1', ['配送中'], ['on the way', '已经在路上了']],
  ]
  for (const [key, right, wrong] of rules) {
    registerTemplate(box.wechat, { template_id: key, title: key, fields: [{ key }] })
    const tried = async (value: string) => {
      subscribe(box.wechat, { template_id: key, result: 'accept' })
      return errcode({ template_id: key, data: { [key]: { value } } })
    }
    for (const value of right) expect([key, value, await tried(value)]).toEqual([key, value, 0])
    for (const value of wrong) expect([key, value, await tried(value)]).toEqual([key, value, 47003])
  }
})

it('wrong calls: openid, template, page, types; sensitive words on demand', async () => {
  decide('accept')
  const wrong: readonly (readonly [Record<string, unknown>, number])[] = [
    [{ touser: 'oNobody' }, 40003],
    [{ template_id: 'none' }, 40037],
    [{ page: 'https://example.com/' }, 41030],
    [{ miniprogram_state: 'beta' }, 47001],
    [{ lang: 'fr_FR' }, 47001],
    [{ data: 'x' }, 47001],
    [{ touser: 5 }, 47001],
  ]
  for (const [more, code] of wrong) expect([more, await errcode(more)]).toEqual([more, code])
  box.arm('mini.subscribe_send', 'sensitive_word')
  expect(await errcode()).toBe(45168)
  box.set({ subscribe_msgid: true })
  expect(await send({ page: undefined })).toMatchObject({ errcode: 0, msgid: expect.any(Number) })
})

it('the template list tells title, content and type; templates are an app’s own', async () => {
  const { data } = (await mini.get('/wxaapi/newtmpl/gettemplate')) as { data: object[] }
  expect(data).toMatchObject([
    {
      priTmplId: ID,
      title: '支付成功通知',
      content: '商品:{{thing1.DATA}}\n金额:{{amount2.DATA}}\n状态:{{enum3.DATA}}\n',
      type: 2,
      keywordEnumValueList: [{ keywordCode: 'enum3.DATA', enumValueList: ['已支付', '已退款'] }],
    },
  ])
  const own = registerTemplate(box.wechat, { title: '新的', fields: [{ key: 'thing1' }] })
  expect(own.body).toMatchObject({ template_id: expect.stringMatching(/^[\w-]{43}$/) })
  expect((templatesView(box.wechat, {}).body as { data: object[] }).data).toHaveLength(2)
  const bad = { title: '坏的', fields: [{ key: 'colour1' }] }
  expect(registerTemplate(box.wechat, bad)).toMatchObject({ status: 400 })
  expect(subscribe(box.wechat, { template_id: 'none', result: 'accept' })).toMatchObject({
    status: 400,
  })
})

it('M59 events of subscribe messages: text CreateTime, one element as an object', async () => {
  const events = await pushed()
  subscribe(box.wechat, { results: { [ID]: 'accept' } })
  const [popup] = (await events('subscribe_msg_popup_event')).map((text) => JSON.parse(text))
  expect(popup).toMatchObject({
    FromUserName: box.openid,
    CreateTime: expect.stringMatching(/^\d{10}$/),
    List: { TemplateId: ID, SubscribeStatusString: 'accept', PopupScene: '0' },
  })
  await send()
  const [sent] = (await events('subscribe_msg_sent_event')).map((text) => JSON.parse(text))
  expect(sent.List).toMatchObject({ TemplateId: ID, ErrorCode: '0', ErrorStatus: 'success' })
  decide('reject', { place: 'settings' })
  const [change] = (await events('subscribe_msg_change_event')).map((text) => JSON.parse(text))
  expect(change.List).toEqual({ TemplateId: ID, SubscribeStatusString: 'reject' })
  registerTemplate(box.wechat, { template_id: 'two', title: '二', fields: FIELDS })
  box.sent.length = 0
  subscribe(box.wechat, { results: { [ID]: 'accept', two: 'reject' } })
  const [both] = (await events('subscribe_msg_popup_event')).map((text) => JSON.parse(text))
  expect(both.List).toMatchObject([{ TemplateId: ID }, { TemplateId: 'two' }])
  box.set({ push_single_list: 'array' })
  box.sent.length = 0
  decide('accept')
  const [listed] = (await events('subscribe_msg_popup_event')).map((text) => JSON.parse(text))
  expect(listed.List).toHaveLength(1)
})

it('M59 in XML the list lies inside an element of the event’s name', async () => {
  const events = await pushed('xml')
  registerTemplate(box.wechat, { template_id: 'two', title: '二', fields: FIELDS })
  subscribe(box.wechat, { results: { [ID]: 'accept', two: 'reject' } })
  const [xml] = await events('subscribe_msg_popup_event')
  const one = (id: string, status: string) =>
    `<List><TemplateId><![CDATA[${id}]]></TemplateId><SubscribeStatusString><![CDATA[${status}]]>` +
    '</SubscribeStatusString><PopupScene><![CDATA[0]]></PopupScene></List>'
  const lists = one(ID, 'accept') + one('two', 'reject')
  expect(xml).toContain(`<SubscribeMsgPopupEvent>${lists}</SubscribeMsgPopupEvent></xml>`)
})

it('a reset forgets templates, but for those that a deployment is set up with', async () => {
  const kept = { template_id: 'template-kept', title: '退款成功通知', fields: FIELDS, seeded: true }
  registerTemplate(box.wechat, kept)
  const app = { appid: 'wxother', secret: 's' }
  await registerApp(box.wechat, app)
  registerTemplate(box.wechat, { ...kept, appid: app.appid })
  await box.wechat.reset()
  expect(box.wechat.world.values('templates')).toMatchObject([
    { id: 'template-kept', appid: seed?.credentials.appid, title: '退款成功通知' },
  ])
})
