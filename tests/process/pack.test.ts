import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allowed } from '../../tools/pack/files.ts'
import { Bench, checkout, launcher, plainEnvironment, readPackage } from './support.ts'

let bench: Bench
let tarball: string
let shop: string

beforeAll(async () => {
  bench = await Bench.make()
  const run = (command: string, args: string[], cwd: string): string =>
    execFileSync(command, args, { cwd, encoding: 'utf8', env: plainEnvironment(), stdio: 'pipe' })
  const line = run(process.execPath, ['tools/pack.ts'], checkout)
  tarball = /^(.*\.tgz): /m.exec(line)?.[1] ?? ''
  shop = join(bench.folder, 'shop')
  mkdirSync(shop)
  writeFileSync(join(shop, 'package.json'), '{"name":"shop","private":true}')
  run('npm', ['install', '--prefer-offline', '--ignore-scripts', tarball], shop)
})
afterAll(() => bench.end())

test('the tarball holds what the allow-list names and nothing else (A-89)', () => {
  const listed = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' })
  const files = listed
    .trim()
    .split('\n')
    .map((path) => path.replace(/^package\//, ''))
  expect(files.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([])
  for (const needed of ['tools/minitill.mjs', 'server/main.js', 'simulator/page/dist/index.html']) {
    expect(files).toContain(needed)
  }
})

test('no script runs when it is installed (A-89)', () => {
  const manifest = readPackage(join(shop, 'node_modules/minitill/package.json'))
  expect(manifest).not.toHaveProperty('scripts')
})

test('installed in an empty folder, npx minitill simulator answers and stops', async () => {
  const run = bench.start({ npx: { folder: shop, args: ['simulator'] } })
  await run.says('simulator listening on')
  const page = await fetch(`http://127.0.0.1:${bench.ports[1]}/`)
  expect(page.status).toBe(200)
  run.signal('SIGTERM')
  await run.gone()
})

test('installed in an empty folder, npx minitill demo gets ready, a person can pay, and it stops', async () => {
  const run = bench.start({ npx: { folder: shop, args: ['demo'] } })
  await run.ready()
  const docs = await fetch(`http://127.0.0.1:${bench.ports[0]}/docs`)
  expect(docs.status).toBe(200)
  const said = execFileSync(process.execPath, [launcher, join(checkout, 'tools/demo-pay.ts')], {
    encoding: 'utf8',
    env: {
      ...plainEnvironment(),
      MINITILL_PORT: String(bench.ports[0]),
      MINITILL_SIMULATOR_PORT: String(bench.ports[1]),
    },
  })
  expect(said).toMatch(/paid/)
  // A day on which nothing happened, beside the running server; and one that is not over.
  expect(await reconciled(2)).toMatchObject({ status: 0, text: expect.stringContaining('0 open') })
  expect(await reconciled(0)).toMatchObject({ status: 2 })
  run.signal('SIGTERM')
  await run.gone()
})

/** `npx minitill reconcile` of the day so many days ago in Beijing, with the demo's settings. */
async function reconciled(daysAgo: number): Promise<{ status: number | null; text: string }> {
  const date = new Date(Date.now() + (8 - 24 * daysAgo) * 3_600_000).toISOString().slice(0, 10)
  const args = ['reconcile', date, '--env-file', join(bench.dataDir, 'development.env')]
  const run = bench.start({ npx: { folder: shop, args } })
  const status = await run.exited
  return { status, text: run.output }
}

/** The programs that a page shows, as modules of their own. */
function programsOf(page: string): string[] {
  const text = readFileSync(join(shop, 'node_modules/minitill', page), 'utf8')
  return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, program]) => program ?? '')
}

test('installed in an empty folder, every program of the testing and events pages has types and runs', () => {
  const pages = ['docs/simulator/testing.md', 'docs/simulator/testing.zh-CN.md', 'docs/events.md']
  const programs = pages.flatMap(programsOf)
  expect(programs.length).toBeGreaterThanOrEqual(8)
  const folder = join(shop, 'suite')
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const files = programs.map((program, nth) => {
    writeFileSync(join(folder, `program${nth}.ts`), program)
    return `program${nth}.ts`
  })
  const compilerOptions = {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noEmit: true,
    types: ['node'],
    typeRoots: [join(checkout, 'node_modules/@types')],
  }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const run = (program: string, ...args: string[]): string =>
    execFileSync(process.execPath, [launcher, program, ...args], {
      encoding: 'utf8',
      cwd: folder,
      env: plainEnvironment(),
    })
  run(join(checkout, 'node_modules/typescript/bin/tsc'), '-p', join(folder, 'tsconfig.json'))
  for (const file of files) run(join(folder, file))
})
