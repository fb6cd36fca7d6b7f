// The console's Events screen against a real server and a real receiver.
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildPage } from '../../console/build.ts'
import { type RefusalReason, verifyWebhook, WebhookRefused } from '../../server/webhooks/index.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought } from '../support/till.ts'
import { findChromium, launch, suiteName } from './chromium.ts'

let browser: Browser
let pair: Pair
let page: Page
let receiver: Server
let url: string
let heard: Array<{ body: string; headers: Record<string, string> }>

const shoot = (name: string) =>
  page.screenshot({
    path: join(import.meta.dirname, 'shots', `console-${name}.png`),
    animations: 'disabled',
  })

function verdict(secret: string): string | RefusalReason {
  const last = heard.at(-1)
  try {
    return verifyWebhook(last?.body ?? '', last?.headers ?? {}, secret).type
  } catch (error) {
    if (error instanceof WebhookRefused) return error.reason
    throw error
  }
}

describe.skipIf(findChromium() === null)(suiteName('the console’s events'), () => {
  beforeAll(async () => {
    await buildPage()
    pair = await startPair()
    heard = []
    receiver = createServer(async (request, reply) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const body = Buffer.concat(chunks).toString('utf8')
      heard.push({ body, headers: request.headers as Record<string, string> })
      reply.writeHead(204).end()
    })
    await new Promise<void>((done) => receiver.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`
    browser = await launch()
    page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' })
    page.setDefaultTimeout(10_000)
    await page.goto(`${pair.server.url}/console/`)
    await page.getByTestId('key').locator('input').fill(pair.adminKey)
    await page.getByTestId('sign-in').click()
    await page.getByTestId('go-events').click()
  })
  afterAll(async () => {
    await browser?.close()
    await pair?.stop()
    receiver?.closeAllConnections()
    receiver?.close()
  })

  eventTests()
})

let secret = ''

function eventTests(): void {
  test('a receiver is added, its secret shown once, and a bad address is told as such', async () => {
    await page.getByTestId('empty').waitFor()
    await page.getByTestId('receiver-url').locator('input').fill('http://10.0.0.1/hooks')
    await page.getByTestId('add-receiver').click()
    await page.getByTestId('receiver-error').waitFor()
    await page.getByTestId('receiver-url').locator('input').fill(url)
    await page.getByTestId('add-receiver').click()
    secret = (await page.getByTestId('new-secret').locator('code').textContent()) ?? ''
    expect(secret).toMatch(/^whsec_/)
    expect(await page.getByTestId('receiver').textContent()).toContain(url)
    await page.reload()
    await page.getByTestId('receiver').waitFor()
    expect(await page.content()).not.toContain('whsec_')
  })

  test('events are listed, filtered and opened, with content and deliveries, and sent again', async () => {
    const person = await Shopper.arrive(pair)
    await bought(person, [{ product_id: 'cup', quantity: 1 }])
    await expect.poll(() => heard.length).toBe(2)
    await page.getByTestId('refresh').click()
    const rows = page.getByTestId('event-row')
    await expect.poll(() => rows.count()).toBe(2)
    await page.getByTestId('event-type').locator('input').click()
    await page.getByText('order.paid', { exact: true }).last().click()
    await expect.poll(() => rows.count()).toBe(1)
    await rows.first().click()
    const drawer = page.getByTestId('event-drawer')
    await drawer.getByText('已送达').waitFor()
    const told = JSON.parse((await drawer.getByTestId('event-data').textContent()) ?? '')
    expect(told).toMatchObject({ total: 2500, status: 'paid' })
    await shoot('event')
    await drawer.getByTestId('resend').click()
    await expect.poll(() => heard.length).toBe(3)
    expect(verdict(secret)).toBe('order.paid')
    await expect.poll(() => drawer.getByTestId('delivery').count()).toBe(2)
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'hidden' })
    await shoot('events')
  })

  test('a secret is rotated, both sign meanwhile; a receiver that is switched off hears no more', async () => {
    await page.getByTestId('rotate').click()
    const next = (await page.getByTestId('new-secret').locator('code').textContent()) ?? ''
    expect(next).toMatch(/^whsec_/)
    expect(next).not.toBe(secret)
    const person = await Shopper.arrive(pair)
    await person.order([{ product_id: 'cup', quantity: 1 }])
    await expect.poll(() => heard.length).toBe(4)
    expect([secret, next].map(verdict)).toEqual(['order.created', 'order.created'])
    await page.getByTestId('disable').click()
    await page.getByTestId('receiver').getByText('已停用').waitFor()
    await person.order([{ product_id: 'cup', quantity: 1 }])
    await page.getByTestId('language-en').click()
    await page.getByTestId('receivers').getByText('Receivers').waitFor()
    await page.getByTestId('receiver').getByText('Disabled').waitFor()
    expect(heard).toHaveLength(4)
    await shoot('events-en')
  })
}
