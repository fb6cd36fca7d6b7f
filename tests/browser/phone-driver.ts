// Opens the phone of a fake world in Chromium and reaches into the running mini program.
import type { Browser, Frame, FrameLocator, Page } from 'playwright-core'
import { type FakeWorld, FULL_BILL, startFakeWorld } from '../phone/fake-world.ts'
import { launch } from './chromium.ts'

export interface PhoneDriver {
  world: FakeWorld
  browser: Browser
  page: Page
  /** Elements of the mini program. */
  screen: FrameLocator
  errors: string[]
  /** Runs a function body in the screen; `caller` is the page in front, `life` the program. */
  evaluate(body: string): Promise<unknown>
  /** A cold start with nothing stored, as for a new test. */
  restart(): Promise<void>
  stop(): Promise<void>
}

/** Starts a world around a mini program and opens its phone. */
export async function openPhone(appFolder: string, search = ''): Promise<PhoneDriver> {
  const world = await startFakeWorld(appFolder)
  const browser = await launch()
  const page = await browser.newPage({
    viewport: { width: 1440, height: 1080 },
    locale: 'zh-CN',
    reducedMotion: 'reduce',
  })
  const errors: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  await page.goto(`${world.url}/${search}`)
  const screen = page.frameLocator('#screen')
  await screen.locator('.mp-page').first().waitFor()
  return {
    ...{ world, browser, page, screen, errors },
    evaluate: (body) => evaluate(page, body),
    restart: async () => {
      world.calls.length = 0
      Object.assign(world.bill, FULL_BILL)
      await page.evaluate('localStorage.clear()')
      await page.reload()
      await screen.locator('.mp-page').first().waitFor()
    },
    stop: async () => {
      await browser.close()
      await world.stop()
    },
  }
}

async function evaluate(page: Page, body: string): Promise<unknown> {
  const frame = await screenFrame(page)
  return frame.evaluate(`(async () => {
    const life = window.minitillLife
    const caller = life.stack.front.caller
    const wx = caller.wx
    ${body}
  })()`)
}

async function screenFrame(page: Page): Promise<Frame> {
  const element = await page.locator('#screen').elementHandle()
  const frame = await element?.contentFrame()
  if (!frame) throw new Error('the phone shows no mini program')
  return frame
}
