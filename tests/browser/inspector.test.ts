// The inspector's messages in Chromium, against the real simulator: live, filtered, every side of
// one, by mouse and by keyboard alone.
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findChromium, suiteName } from './chromium.ts'
import { type Inspected, inspect, SHOTS } from './support/inspected.ts'

let box: Inspected

const at = (testId: string) => box.page.getByTestId(testId)
const rows = () => at('exchange')
const shot = (name: string) => box.page.screenshot({ path: join(SHOTS, `inspector-${name}.png`) })
const selected = () => at('detail').getAttribute('data-seq')

describe.skipIf(findChromium() === null)(suiteName('the inspector’s messages'), () => {
  beforeAll(async () => {
    box = await inspect()
  })
  beforeEach(async () => {
    // Out of whatever the test before chose, typed or filtered.
    for (let nth = 0; nth < 3; nth += 1) await box.page.keyboard.press('Escape')
    await at('detail-empty').waitFor()
  })
  afterAll(async () => {
    expect(box?.errors ?? []).toEqual([])
    await box?.stop()
  })

  describe('the timeline', timeline)
  describe('one message', detail)
  describe('two texts that differ', differing)
  describe('the keyboard', keyboard)
  describe('replaying a notification', replaying)
})

function timeline() {
  test('is empty at first, and says what to do', async () => {
    expect(await at('no-messages').textContent()).toContain('/v3/')
    await shot('empty')
  })
  test('calls and notifications are there as they happen, newest first', async () => {
    await box.order('MT202611230001', 5600)
    await box.order('MT202611230002', 12_800)
    await box.misSigned('MT202611230003')
    await box.merchant.query('MT202611230001')
    await box.merchant.query('MT-unknown')
    await expect.poll(() => rows().count()).toBe(7)
    const kinds = await rows().evaluateAll((all) => all.map((row) => row.dataset['kind']))
    expect(kinds.filter((kind) => kind === 'notification')).toHaveLength(2)
    const seqs = await rows().evaluateAll((all) => all.map((row) => Number(row.dataset['seq'])))
    expect(seqs).toEqual(seqs.toSorted((a, b) => b - a))
  })
  test('filters by kind, failure, status, path and order number, and gives all back', async () => {
    await at('kind-notification').click()
    expect(await rows().count()).toBe(2)
    await at('kind-all').click()
    await at('failed-only').click()
    expect(await rows().count()).toBe(2)
    await at('filter-status').selectOption('4xx')
    await at('filter-path').selectOption('/v3/pay/transactions/jsapi')
    expect(await rows().count()).toBe(1)
    expect(await at('message-count').textContent()).toBe('1 / 7')
    await box.page.keyboard.press('Escape')
    await expect.poll(() => rows().count()).toBe(7)
    await at('search').fill('MT202611230001')
    // Its order, its notification (by what is sealed inside) and its query.
    expect(await rows().count()).toBe(3)
    await at('search').fill('nothing says this')
    await at('clear-filter').click()
    expect(await rows().count()).toBe(7)
  })
  test('a trade leads to its messages', async () => {
    await at('trade-messages').filter({ hasText: 'MT202611230002' }).click()
    expect(await at('search').inputValue()).toBe('MT202611230002')
    await expect.poll(() => rows().count()).toBe(2)
  })
}

function detail() {
  test('a refused message says why, at which step, and over which text', async () => {
    await at('failed-only').click()
    await rows().filter({ hasText: '401' }).click()
    await at('diagnosis').waitFor()
    await shot('refused')
    await at('detail-trace').click()
    const states = await at('steps')
      .locator('li')
      .evaluateAll((all) => all.map((step) => step.dataset['state']))
    expect(states).toEqual([...Array.from({ length: 5 }, () => 'passed'), 'failed', 'skipped'])
    expect(await at('signed-text').last().textContent()).toMatch(/^POST\\n\n\/v3\/pay/)
    await shot('trace')
  })
  test('headers, body as it was and laid out, and the order’s other messages', async () => {
    await at('search').fill('MT202611230001')
    await rows().last().click()
    await at('detail-overview').click()
    expect(await at('detail').getByRole('listitem').count()).toBe(2)
    await at('detail-headers').click()
    expect(await at('detail').getByRole('table').first().textContent()).toContain('authorization')
    await at('detail-body').click()
    const body = () => at('detail').locator('pre').first().textContent()
    expect(await body()).toContain('\n  "out_trade_no": "MT202611230001"')
    await at('raw').click()
    expect(await body()).toContain('"out_trade_no":"MT202611230001"')
    await at('detail-overview').click()
    await at('detail').getByRole('listitem').first().getByRole('button').click()
    expect(await at('detail').textContent()).toContain('查询订单')
  })
  test('a notification is shown opened', async () => {
    await at('kind-notification').click()
    await rows().first().click()
    await at('detail-decrypted').click()
    expect(await at('plaintext').textContent()).toContain('"trade_state": "SUCCESS"')
    await shot('notification')
  })
  test('what was copied as curl is answered by the simulator', async () => {
    await at('search').fill('MT202611230001')
    await rows().filter({ hasText: '查询订单' }).click()
    await at('detail-curl').click()
    await at('copy-curl').click()
    const text = String(await box.page.evaluate('navigator.clipboard.readText()'))
    expect(text).toBe(await at('curl').textContent())
    const url = /'(http[^']+)'/.exec(text)?.[1] ?? ''
    const headers = [...text.matchAll(/-H '([^:]+): ([^']*)'/g)].map(([, name, value]) => [
      name ?? '',
      value ?? '',
    ])
    const answer = await fetch(url, { headers: Object.fromEntries(headers) })
    expect(answer.status).toBe(200)
  })
}

function differing() {
  test('a body serialised again is named, and the difference marked', async () => {
    const body = box.merchant.order('MT-again', box.openid)
    const [sent, signedBody] = [JSON.stringify(body, null, 2), JSON.stringify(body)]
    await box.merchant.call('POST', '/v3/pay/transactions/jsapi', sent, { signedBody })
    await rows().filter({ hasText: 'MT-again' }).click()
    await at('detail-overview').click()
    await at('diagnosis').getByText('body_reserialised').waitFor()
    const marks = await at('compared').first().locator('mark').allTextContents()
    // Only the blanks and line ends of the layout differ, no letter of the content.
    expect(marks.length).toBeGreaterThan(10)
    expect(marks.join('').replaceAll('\\n', '').trim()).toBe('')
    await shot('difference')
  })
}

function keyboard() {
  const press = async (...keys: string[]) => {
    for (const key of keys) await box.page.keyboard.press(key)
  }
  const focused = () =>
    box.page.evaluate('document.activeElement.id || document.activeElement.dataset.testid')

  test('j and k walk, Enter goes in, digits change the tab, Esc comes back', async () => {
    await press('j')
    const first = await selected()
    await press('j')
    expect(await selected()).not.toBe(first)
    await press('k')
    expect(await selected()).toBe(first)
    const list = box.page.getByRole('listbox')
    expect(await list.getAttribute('aria-activedescendant')).toBe(`message-${first}`)
    await press('Enter')
    expect(await focused()).toMatch(/^detail-tab-/)
    await press('1')
    expect(await at('detail-overview').getAttribute('aria-selected')).toBe('true')
    await press('ArrowRight')
    expect(await at('detail-headers').getAttribute('aria-selected')).toBe('true')
    await press('6')
    await at('curl').waitFor()
    await press('Escape')
    expect(await focused()).toBe('messages')
    await press('Escape')
    await at('detail-empty').waitFor()
  })
  test('/ searches, letters typed there are letters, Esc clears', async () => {
    await press('/')
    expect(await focused()).toBe('search')
    await box.page.keyboard.type('fjk')
    expect(await at('search').inputValue()).toBe('fjk')
    expect(await at('failed-only').getAttribute('aria-pressed')).toBe('false')
    await press('Escape')
    expect(await at('search').inputValue()).toBe('')
  })
  test('f shows failures only, c copies the chosen message', async () => {
    await press('f')
    expect(await at('failed-only').getAttribute('aria-pressed')).toBe('true')
    await press('f', 'j', 'c')
    const copied = () => box.page.evaluate('navigator.clipboard.readText()')
    await expect.poll(copied).toMatch(/^curl -i -X /)
  })
  test('the areas are sized by arrow keys, and stay so', async () => {
    const line = at('splitter-vertical')
    const count = await rows().count()
    const before = Number(await line.getAttribute('aria-valuenow'))
    await line.focus()
    await press('ArrowRight', 'ArrowRight')
    expect(Number(await line.getAttribute('aria-valuenow'))).toBe(before + 4)
    await box.page.reload()
    await expect.poll(() => line.getAttribute('aria-valuenow')).toBe(String(before + 4))
    await expect.poll(() => rows().count()).toBe(count)
    await line.focus()
    await press('ArrowLeft', 'ArrowLeft')
  })
}

function replaying() {
  /** Chooses the notification of the first order, and forgets what was received. */
  async function choose(): Promise<void> {
    box.receiver.received.length = 0
    await at('search').fill('MT202611230001')
    await at('kind-notification').click()
    await rows().last().click()
  }
  const replay = () => at('detail').getByTestId('replay')
  const received = () => box.receiver.received.length

  test('the same again, and twice', async () => {
    await choose()
    await replay().getByTestId('replay-same').click()
    await expect.poll(received).toBe(1)
    await replay().getByTestId('replay-duplicated').click()
    await expect.poll(received, { timeout: 5000 }).toBe(3)
    const ids = box.receiver.received.map(({ body }) => JSON.parse(body).id)
    expect(new Set(ids).size).toBe(1)
  })
  test('altered: the journal says how, and the amount inside is another', async () => {
    await choose()
    await replay().getByTestId('replay-altered').selectOption('amount')
    await expect.poll(received).toBe(1)
    await rows().first().getByText('金额不符').waitFor()
    await rows().first().click()
    await at('detail-decrypted').click()
    expect(await at('plaintext').textContent()).toContain('5601')
    await shot('altered')
  })
  test('late: it comes when the clock gets there', async () => {
    await choose()
    await replay().getByTestId('replay-late').click()
    await replay().getByText('十分钟后').waitFor()
    expect(received()).toBe(0)
    await at('advance-15min').click()
    await expect.poll(received).toBe(1)
  })
}
