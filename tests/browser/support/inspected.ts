// A simulator with a merchant that calls it and a receiver of its notifications, and the page.
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type RunningSimulator, startSimulator } from '../../../simulator/index.ts'
import { overHttp, TestMerchant } from '../../../simulator/testing/merchant.ts'
import { FIXTURES } from '../../phone/fake-world.ts'
import { launch } from '../chromium.ts'

export interface Received {
  headers: Record<string, unknown>
  body: string
}

/** The merchant's side of notifications: keeps them, and answers what a test wants. */
interface Receiver {
  url: string
  received: Received[]
  status: number
  stop(): Promise<void>
}

export interface Inspected {
  simulator: RunningSimulator
  merchant: TestMerchant
  receiver: Receiver
  browser: Browser
  page: Page
  /** Errors of the page. */
  errors: string[]
  openid: string
  /** Places an order and, unless it is to stay open, pays it. */
  order(outTradeNo: string, totalFen: number, pay?: boolean): Promise<void>
  /** Calls with a body that is not the one that was signed. */
  misSigned(outTradeNo: string): Promise<void>
  stop(): Promise<void>
}

export const SHOTS = join(import.meta.dirname, '..', 'shots')

/** Starts all of it; the page is in Chinese, 1280 × 800. */
export async function inspect(): Promise<Inspected> {
  const receiver = await receive()
  const appFolder = join(FIXTURES, 'matrix')
  const simulator = await startSimulator({ port: 0, dataDir: null, appFolder, seed: 'inspected' })
  const { credentials, world } = simulator
  // The merchant's clock is the simulated one: tests move it.
  const merchant = new TestMerchant(overHttp(simulator.url), credentials, () => world.nowMs())
  const openid = await merchant.openid()
  const browser = await launch()
  const { page, errors } = await openPage(browser, simulator.url)
  const orderOf = (outTradeNo: string, totalFen: number) =>
    merchant.order(outTradeNo, openid, {
      description: `明前龙井 ${outTradeNo}`,
      notify_url: receiver.url,
      amount: { total: totalFen, currency: 'CNY' },
    })
  return {
    ...{ simulator, merchant, receiver, browser, page, errors, openid },
    order: async (outTradeNo, totalFen, pay = true) => {
      const path = '/v3/pay/transactions/jsapi'
      const { json } = await merchant.call('POST', path, orderOf(outTradeNo, totalFen))
      if (pay) await merchant.cashier(String(json['prepay_id']), 'pay')
    },
    misSigned: async (outTradeNo) => {
      const body = orderOf(outTradeNo, 100)
      const signedBody = JSON.stringify({ ...body, amount: { total: 1, currency: 'CNY' } })
      await merchant.call('POST', '/v3/pay/transactions/jsapi', body, { signedBody })
    },
    stop: async () => {
      await browser.close()
      await simulator.stop()
      await receiver.stop()
    },
  }
}

async function openPage(browser: Browser, url: string): Promise<{ page: Page; errors: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: 'zh-CN',
    reducedMotion: 'reduce',
    acceptDownloads: true,
    permissions: ['clipboard-read', 'clipboard-write'],
  })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(url)
  await page.getByTestId('inspector').waitFor()
  await page.frameLocator('#screen').locator('.mp-page').first().waitFor()
  return { page, errors }
}

function receive(): Promise<Receiver> {
  const received: Received[] = []
  return new Promise((ready) => {
    const server = createServer((request, answer) => {
      const parts: Buffer[] = []
      request.on('data', (part: Buffer) => parts.push(part))
      request.on('end', () => {
        received.push({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
        answer.writeHead(receiver.status).end()
      })
    })
    const receiver: Receiver = {
      url: '',
      received,
      status: 204,
      stop: () =>
        new Promise((done) => {
          server.close(() => done())
          server.closeAllConnections()
        }),
    }
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      receiver.url = `http://127.0.0.1:${port}/wechat/pay/notify`
      ready(receiver)
    })
  })
}
