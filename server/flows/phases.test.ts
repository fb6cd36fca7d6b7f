// The crash points are made from the table of phases; this holds the table against the sources, so
// that no flow has a phase without points, and no adapter forgets the one that only it can reach.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { phases, pointNames } from './phases.ts'

const server = join(import.meta.dirname, '..')

function sourcesOf(folder: string): ReadonlyMap<string, string> {
  const names = readdirSync(join(server, folder), { recursive: true, encoding: 'utf8' })
  const sources = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  return new Map(sources.map((name) => [name, readFileSync(join(server, folder, name), 'utf8')]))
}

const flows = [...sourcesOf('flows')].filter(([name]) => name !== 'phase.ts')
const kinds = { commit: 'transaction', call: 'call' } as const

/** Every use of `commit` and `call` with the name that it is given. */
const used = flows.flatMap(([file, text]) =>
  [...text.matchAll(/\b(commit|call)\(\s*[\w.]+,\s*'([^']+)'/g)].map(([, verb, name]) => ({
    file,
    name: name ?? '',
    kind: kinds[verb as keyof typeof kinds],
  })),
)

test('every phase of every flow is in the table with its kind, and everything in it is a phase', () => {
  const found = Object.fromEntries(used.map(({ name, kind }) => [name, kind]))
  expect(found).toEqual(phases)
  const asTold = used.filter(({ name, kind }) => phases[name as keyof typeof phases] === kind)
  expect(asTold).toEqual(used)
})

test('no flow opens a phase under a name that is not written where it is opened', () => {
  const opened = flows.filter(([, text]) => /import \{[^}]*\} from '\.\/phase\.ts'/.test(text))
  const uses = opened.flatMap(([file, text]) =>
    [...text.matchAll(/(?<!function )\b(?:commit|call)(?:<[^(]*>)?\(/g)].map(() => file),
  )
  expect(uses.toSorted()).toEqual(used.map(({ file }) => file).toSorted())
})

test('no two flows share a phase, but for words of one flow that another has to say again', () => {
  const files = new Map<string, Set<string>>()
  for (const { file, name } of used) files.set(name, (files.get(name) ?? new Set()).add(file))
  const shared = [...files].filter(([, where]) => where.size > 1).map(([name]) => name)
  expect(shared.toSorted()).toEqual(['close-order/closed', 'start-payment/prepay'])
})

test('every outside call has an adapter that tells when the bytes are out, and none tells of another', () => {
  const adapters = [...sourcesOf('adapters').values()].join('\n').replaceAll(/ from '.*'/g, '')
  const calls = Object.keys(phases).filter((name) => phases[name as keyof typeof phases] === 'call')
  const named = [...adapters.matchAll(/'([a-z0-9-]+\/[a-z0-9-]+)(\/sent-no-answer)?'/g)]
  const told = new Set(named.map(([, name = '']) => name).filter((name) => !isType(name)))
  expect([...told].toSorted()).toEqual(calls.toSorted())
})

/** `application/json` and its like. */
const isType = (name: string) => name.startsWith('application/')

test('a transaction gives two points and a call three, each once', () => {
  const names = pointNames()
  const wanted = Object.values(phases).reduce((sum, kind) => sum + (kind === 'call' ? 3 : 2), 0)
  expect([names.length, new Set(names).size]).toEqual([wanted, wanted])
})
