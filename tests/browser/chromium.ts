// Finds Chromium and starts it the same way for every browser suite.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The browser's path: CHROMIUM_PATH, or where Debian puts it; null when there is none. */
export function findChromium(): string | null {
  const given = process.env['CHROMIUM_PATH']
  if (given !== undefined && given !== '') return existsSync(given) ? given : null
  return PLACES.find((path) => existsSync(path)) ?? null
}

/** What a suite is called when it cannot run: it must say so by name, and what to do. */
export function suiteName(name: string): string {
  if (findChromium() !== null) return name
  return `${name} (DID NOT RUN: no Chromium; apt-get install chromium, or set CHROMIUM_PATH)`
}

/** Starts Chromium without a window. Throws when findChromium() finds none. */
export async function launch(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('no Chromium: install it or set CHROMIUM_PATH')
  return chromium.launch({ executablePath, headless: true, args: FLAGS })
}
