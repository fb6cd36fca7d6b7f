// Any folder of a native mini program in the phone: run, reloaded when saved, its mistakes named.
import { type ChildProcess, spawn } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, FrameLocator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RunningSimulator, startSimulator } from '../../simulator/index.ts'
import { WX_NAMES } from '../../simulator/miniprogram/wx-names.ts'
import { FIXTURES } from '../phone/fake-world.ts'
import { findChromium, launch, suiteName } from './chromium.ts'

const PROGRAMS = join(import.meta.dirname, 'programs')
const SHOTS = join(import.meta.dirname, 'shots')
const present = findChromium() !== null

let browser: Browser
let page: Page
let screen: FrameLocator

/** Opens the phone of a simulator and waits for the mini program's first page. */
async function open(url: string): Promise<void> {
  page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'zh-CN' })
  page.setDefaultTimeout(15_000)
  await page.goto(url)
  screen = page.frameLocator('#screen')
}

const problems = () => page.getByTestId('problem').allTextContents()
const shot = (name: string) => page.screenshot({ path: join(SHOTS, `app-${name}.png`) })

describe.skipIf(!present)(suiteName('a mini program of one’s own'), () => {
  beforeAll(async () => {
    browser = await launch()
  })
  afterAll(() => browser?.close())

  describe('JavaScript, with a component, WXS and a tab bar', javascript)
  describe('TypeScript, by the command minitill simulator --app', typescript)
  describe('a folder that is none', none)
})

function javascript() {
  let simulator: RunningSimulator
  beforeAll(async () => {
    const appFolder = join(PROGRAMS, 'js-tabs')
    simulator = await startSimulator({ port: 0, dataDir: null, appFolder })
    await open(simulator.url)
  })
  afterAll(async () => {
    await page.close()
    await simulator.stop()
  })

  test('it runs, and nothing is wrong with it', async () => {
    await screen.locator('#dish-0').click()
    await screen.locator('#dish-1').click()
    await screen.getByText('已点 2 份').waitFor()
    await screen.getByText('¥28.50').waitFor()
    await page.getByTestId('tab-1').click()
    await expect.poll(() => screen.locator('#chosen').textContent()).toBe('2')
    expect(await page.getByTestId('problems').count()).toBe(0)
    await shot('js-tabs')
  })
}

interface Started {
  child: ChildProcess
  url: string
}

/** The command as a person types it, in a data folder of its own. */
function command(folder: string, dataDir: string): Promise<Started> {
  const child = spawn(
    process.execPath,
    [resolve('tools/minitill.mjs'), 'simulator', '--app', folder],
    {
      env: {
        ...process.env,
        MINITILL_SIMULATOR_PORT: '0',
        MINITILL_PROXY_PORT: '0',
        MINITILL_DATA_DIR: dataDir,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  return new Promise((started, failed) => {
    let said = ''
    const hear = (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-5000)
      const url = /simulator listening on (http:\S+)/.exec(said)?.[1]
      if (url !== undefined) started({ child, url })
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => failed(new Error(`ended with ${code}: ${said}`)))
  })
}

/** Where the program lies that the command runs; the tests write into it as an editor does. */
const home = mkdtempSync(join(tmpdir(), 'minitill-app-'))
const folder = join(home, 'notes')

/** Rewrites a file as an editor does, from what it says now. */
function save(path: string, change: (text: string) => string): void {
  writeFileSync(path, change(readFileSync(path, 'utf8')))
}

function typescript() {
  let started: Started

  beforeAll(async () => {
    cpSync(join(PROGRAMS, 'ts-notes'), folder, { recursive: true })
    started = await command(folder, join(home, 'data'))
    await open(started.url)
  })
  afterAll(async () => {
    await page?.close()
    const ended = new Promise((done) => started.child.once('exit', done))
    started.child.kill('SIGTERM')
    await ended
    rmSync(home, { recursive: true, force: true })
  })

  test('it runs, and what the phone lacks is named with file and line', async () => {
    await screen.getByText('3 字').waitFor()
    await screen.locator('#note-2').click()
    await screen.getByText('note 2').waitFor()
    await page.getByTestId('problems-toggle').click()
    expect(await problems()).toEqual([
      'pages/note/note.ts:12:5wx.connectSocket 尚未模拟',
      'pages/note/note.wxml:5:1<map> 尚未模拟',
    ])
    await shot('limits')
  })
  test('an exception is named where the author wrote it', async () => {
    await screen.locator('#break').click()
    await expect
      .poll(problems)
      .toEqual(
        expect.arrayContaining([expect.stringMatching(/^pages\/note\/note\.ts:16:\d+.*undefined/)]),
      )
    await screen.locator('#share').click()
    // Nobody caught the refusal: that is the program's own mistake, and told as one.
    await expect
      .poll(problems)
      .toEqual(expect.arrayContaining([expect.stringContaining('unhandled rejection')]))
    expect((await problems()).filter((text) => text.includes('connectSocket 尚未'))).toHaveLength(1)
    await shot('exception')
  })
  describe('its author writes', writing)
}

function writing() {
  const note = join(folder, 'pages/note/note.wxml')

  test('a saved file is there at once, on the same page, with what was stored', async () => {
    await screen.locator('#drafts').click()
    await screen.getByText('1 drafts').waitFor()
    save(note, (text) => text.replace('note {{id}}', 'the note {{id}}'))
    await screen.getByText('the note 2').waitFor()
    await screen.getByText('1 drafts').waitFor()
  })
  test('a mistake shows on the phone, and goes away with it', async () => {
    const script = join(folder, 'pages/list/list.ts')
    save(script, (text) => text.replace('onOpen(', 'onOpen(('))
    await expect
      .poll(problems)
      .toEqual(expect.arrayContaining([expect.stringMatching(/^pages\/list\/list\.ts:15:\d+/)]))
    await shot('mistake')
    save(script, (text) => text.replace('onOpen((', 'onOpen('))
    await screen.getByText('the note 2').waitFor()
    await expect.poll(async () => (await problems()).length).toBe(0)
    await page.getByTestId('problems-toggle').click()
    expect(await problems()).toHaveLength(2)
  })
  test('a broken app.json is told, and the phone comes back when it is right', async () => {
    const settings = join(folder, 'app.json')
    const before = readFileSync(settings, 'utf8')
    writeFileSync(settings, `${before},`)
    await expect
      .poll(problems)
      .toEqual(expect.arrayContaining([expect.stringMatching(/^app\.json:\d+/)]))
    rmSync(settings)
    await expect.poll(problems).toEqual([expect.stringMatching(/^app\.jsonno app\.json/)])
    writeFileSync(settings, before)
    await screen.getByText('3 字').waitFor()
  })
  test('the page speaks English about it too', async () => {
    await page.getByTestId('language-en').click()
    await page.getByTestId('problems-toggle').click()
    await page.getByText('wx.connectSocket is not simulated').waitFor()
    await page.getByTestId('language-zh').click()
  })
}

function none() {
  test('a folder that does not exist ends the command with one clear line', async () => {
    const data = mkdtempSync(join(tmpdir(), 'minitill-app-'))
    const refused = command(join(PROGRAMS, 'nowhere'), data)
    await expect(refused).rejects.toThrow(/ended with 1: .*--app: there is no folder .*nowhere/s)
    rmSync(data, { recursive: true, force: true })
  })
  test('a program full of mistakes: each is named by place, and what can run runs', async () => {
    const appFolder = join(FIXTURES, 'broken')
    const simulator = await startSimulator({ port: 0, dataDir: null, appFolder })
    await open(simulator.url)
    await screen.getByText('still here').waitFor()
    await page.getByTestId('problem').first().waitFor()
    const places = (await problems()).map((text) => /^[\w./]+\.\w+:\d+/.exec(text)?.[0])
    const expected = ['app.json:1', 'a.json:3', 'b.ts:2', 'a.wxss:2', 'a.wxml:2']
    for (const place of expected) {
      expect(places.some((one) => one?.endsWith(place))).toBe(true)
    }
    await shot('mistakes')
    await page.close()
    await simulator.stop()
  })
  test('the list of what wx has is the truth', async () => {
    const appFolder = join(FIXTURES, 'matrix')
    const simulator = await startSimulator({ port: 0, dataDir: null, appFolder })
    await open(`${simulator.url}/?path=pages/wx/wx`)
    await screen.locator('#tap').waitFor()
    const frame = await (await page.locator('#screen').elementHandle())?.contentFrame()
    const names = await frame?.evaluate('Reflect.ownKeys(minitillLife.stack.front.caller.wx)')
    expect(new Set(names as string[])).toEqual(WX_NAMES)
    await page.close()
    await simulator.stop()
  })
}
