import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openBox } from '../testing/box.ts'
import { lockFolder } from './folder-lock.ts'

let base: string

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'minitill-lock-'))
})

afterAll(() => rm(base, { recursive: true, force: true }))

it('two simulators on one folder are refused with one clear line', async () => {
  const box = await openBox()
  const folder = join(base, 'two')
  const first = await box.open(folder)
  const line = `the folder ${folder} is in use by another simulator (process ${process.pid}); stop it, or set MINITILL_DATA_DIR to another folder`
  await expect(box.open(folder)).rejects.toThrow(line)
  await first.stop()
  const second = await box.open(folder)
  await second.stop()
  expect((await readdir(folder)).filter((name) => name.includes('lock'))).toEqual([])
})

const TAKER = `
import { lockFolder } from '${join(import.meta.dirname, 'folder-lock.ts')}'
const release = await lockFolder(process.argv[1]).catch(() => null)
process.stdout.write(release === null ? 'refused' : 'taken')
process.stdin.resume()
process.stdin.on('end', () => process.exit(0))
`

it('of many processes that find a dead lock exactly one gets the folder', async () => {
  const folder = join(base, 'many')
  await lockFolder(folder).then((release) => release())
  await writeFile(join(folder, 'simulator.lock'), '999999999 1\n')
  const takers = Array.from({ length: 6 }, () =>
    spawn(process.execPath, ['--input-type=module', '-e', TAKER, folder]),
  )
  const said = takers.map(
    ({ stdout }) =>
      new Promise<string>((done) => stdout.once('data', (text: Buffer) => done(String(text)))),
  )
  const words = await Promise.all(said)
  expect(words.toSorted()).toEqual([...Array(5).fill('refused'), 'taken'])
  for (const { stdin } of takers) stdin.end()
})

it('a killed holder’s lock is taken over, a living one’s is not', async () => {
  const folder = join(base, 'killed')
  await lockFolder(folder).then((release) => release())
  const file = join(folder, 'simulator.lock')
  const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'])
  const { pid = 0 } = other
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const began = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  await writeFile(file, `${pid} ${began}\n`)
  await expect(lockFolder(folder)).rejects.toThrow(`process ${pid}`)
  const gone = new Promise((done) => other.once('exit', done))
  other.kill('SIGKILL')
  await gone
  const release = await lockFolder(folder)
  expect(await readFile(file, 'utf8')).toMatch(new RegExp(`^${process.pid} `))
  await release()
})

it('a lock of another process that has got the same pid by now is taken over', async () => {
  const folder = join(base, 'reused')
  await lockFolder(folder).then((release) => release())
  await writeFile(join(folder, 'simulator.lock'), `${process.ppid} 1\n`)
  if (process.platform !== 'linux') return
  const release = await lockFolder(folder)
  await release()
  await writeFile(join(folder, 'simulator.lock'), 'torn')
  await (await lockFolder(folder))()
})

it.skipIf(process.platform !== 'linux')(
  'a holder that is dead and not buried yet has lost the folder',
  async () => {
    const folder = join(base, 'zombie')
    await lockFolder(folder).then((release) => release())
    // Its parent becomes a program that never asks what has become of it.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'])
    const pid = await new Promise<string>((done) =>
      parent.stdout.once('data', (text: Buffer) => done(String(text).trim())),
    )
    const stateOf = async () => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    }
    await expect.poll(async () => (await stateOf())[0]).toBe('Z')
    await writeFile(join(folder, 'simulator.lock'), `${pid} ${(await stateOf())[19]}\n`)
    const release = await lockFolder(folder)
    await release()
    parent.kill('SIGKILL')
  },
)
