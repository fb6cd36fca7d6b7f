import { expect, test } from 'vitest'
import { tidy } from './index.ts'
import type { Source } from './source.ts'

const file = (path: string, text: string, tracked = true): Source => ({ path, text, tracked })

/** The rules that a repository of these files breaks. */
const broken = (files: Source[], registry = {}): string[] => [
  ...new Set(tidy(files, registry).map((problem) => problem.rule)),
]

interface Plant {
  says: string
  rule: string
  path: string
  bad: string
  good: string
}

const plants: Plant[] = [
  {
    says: 'domain may not import an adapter',
    rule: 'imports',
    path: 'server/domain/order.ts',
    bad: "import { x } from '../adapters/x.ts'",
    good: "import { x } from './x.ts'",
  },
  {
    says: 'a flow may not import the store',
    rule: 'imports',
    path: 'server/flows/pay.ts',
    bad: "export * from '../store/orders.ts'",
    good: "export * from '../ports/store.ts'",
  },
  {
    says: 'the simulator may not use the protocol library beyond its model',
    rule: 'imports',
    path: 'simulator/api/pay.ts',
    bad: "import { sign } from '@minitill/protocol'",
    good: "import { fen } from '@minitill/protocol/model'",
  },
  {
    says: 'the server never imports the simulator',
    rule: 'imports',
    path: 'server/main.ts',
    bad: "const room = await import('../simulator/index.ts')",
    good: "const room = await import('./http/index.ts')",
  },
  {
    says: 'protocol/ has no dependency',
    rule: 'imports',
    path: 'protocol/client.ts',
    bad: "import { request } from 'undici'",
    good: "import { createHash } from 'node:crypto'",
  },
  {
    says: 'a function ends before it needs scrolling',
    rule: 'sizes',
    path: 'server/domain/order.ts',
    bad: `function f() {\n${'  g()\n'.repeat(60)}}`,
    good: `function f() {\n${'  g()\n'.repeat(50)}}`,
  },
  {
    says: 'a file holds one idea',
    rule: 'sizes',
    path: 'server/domain/order.ts',
    bad: 'g()\n'.repeat(301),
    good: 'g()\n'.repeat(300),
  },
  {
    says: 'time comes from the clock port',
    rule: 'calls',
    path: 'server/flows/pay.ts',
    bad: 'const at = Date.now()',
    good: 'const at = clock.now()',
  },
  {
    says: 'new Date() without an instant is the hidden clock',
    rule: 'calls',
    path: 'simulator/world.ts',
    bad: 'const at = new Date()',
    good: 'const at = new Date(nowMs)',
  },
  {
    says: 'chance comes from the random port',
    rule: 'calls',
    path: 'server/http/app.ts',
    bad: 'const id = crypto.randomUUID()',
    good: 'const id = random.id()',
  },
  {
    says: 'nobody waits by a timer of his own',
    rule: 'calls',
    path: 'server/jobs/loop.ts',
    bad: 'setTimeout(go, 10)',
    good: 'clock.after(10, go)',
  },
  {
    says: 'the network is behind a port',
    rule: 'calls',
    path: 'server/flows/pay.ts',
    bad: 'await fetch(url)',
    good: 'await ports.wechat.query(order)',
  },
  {
    says: 'SQL takes instants as parameters',
    rule: 'sql',
    path: 'server/store/orders.ts',
    bad: 'sql`UPDATE orders SET paid_at = now() WHERE id = $1`',
    good: 'sql`UPDATE orders SET paid_at = $2 WHERE id = $1`',
  },
  {
    says: 'a column has no time of its own',
    rule: 'sql',
    path: 'server/store/migrations/0001.sql',
    bad: 'CREATE TABLE a (at timestamptz DEFAULT current_timestamp)',
    good: 'CREATE TABLE a (at_ms bigint NOT NULL)',
  },
  {
    says: 'a raw read of several rows is ordered',
    rule: 'order',
    path: 'server/store/orders.ts',
    bad: 'const q = sql`SELECT id FROM orders WHERE status = 1`',
    good: 'const q = sql`SELECT id FROM orders WHERE status = 1 ORDER BY id`',
  },
  {
    says: 'a built read of several rows is ordered',
    rule: 'order',
    path: 'server/store/orders.ts',
    bad: "await db.selectFrom('orders').selectAll().execute()",
    good: "await db.selectFrom('orders').selectAll().orderBy('id').execute()",
  },
  {
    says: 'an amount is never a float',
    rule: 'money',
    path: 'kit/orders.ts',
    bad: 'const text = (total / 100).toFixed(2)',
    good: 'const text = yuanText(total)',
  },
  {
    says: 'a secret is compared in constant time',
    rule: 'secrets',
    path: 'protocol/sign/check.ts',
    bad: 'if (signature === expected) accept()',
    good: 'if (timingSafeEqual(signature, expected)) accept()',
  },
  {
    says: 'nothing is left for later',
    rule: 'leftovers',
    path: 'README.md',
    bad: `${'TO'}DO: write this`,
    good: 'written',
  },
  {
    says: 'no test hides the others',
    rule: 'tests',
    path: 'server/a.test.ts',
    bad: "test.only('x', f)",
    good: "test('x', f)",
  },
  {
    says: 'a skipped test says why',
    rule: 'tests',
    path: 'server/a.test.ts',
    bad: "test.skip('x', f)",
    good: "test.skip('x', f) // because Windows has no sockets",
  },
  {
    says: 'no test sleeps',
    rule: 'tests',
    path: 'server/a.test.ts',
    bad: "import { setTimeout } from 'node:timers/promises'",
    good: "import { until } from './until.ts'",
  },
]

test.each(plants)('$says', ({ rule, path, bad, good }) => {
  expect(broken([file(path, bad)])).toContain(rule)
  expect(broken([file(path, good)])).not.toContain(rule)
})

test('an imported file that git does not know is found before anybody else misses it', () => {
  const files = [
    file('server/main.ts', "import './config.ts'"),
    file('server/config.ts', 'export {}', false),
  ]
  expect(broken(files)).toContain('untracked')
  expect(broken(files.map((each) => ({ ...each, tracked: true })))).not.toContain('untracked')
})

test('the page of errors names exactly the codes of the registry, with their status', () => {
  const registry = { not_found: { status: 404 } }
  const page = (text: string): Source[] => [file('docs/errors.md', text)]
  expect(broken(page('| `not_found` | 404 |'), registry)).not.toContain('errors')
  expect(broken(page('| `not_found` | 400 |'), registry)).toContain('errors')
  expect(broken(page('| `not_found` | 404 |\n| `gone` | 410 |'), registry)).toContain('errors')
  expect(broken([], registry)).toContain('errors')
})

test('a secret or MAC that is compared with == is found, and this checkout has none (A-92)', () => {
  const compare = (text: string) => broken([file('server/http/auth.ts', text)])
  expect(compare('if (signature === expected) accept()')).toContain('secrets')
  expect(compare('if (timingSafeEqual(signature, expected)) accept()')).not.toContain('secrets')
})

test('a locked package has an integrity and comes from a registry (A-90)', () => {
  const lock = (entry: object): Source[] => [
    file('package-lock.json', JSON.stringify({ packages: { 'node_modules/a': entry } })),
  ]
  const whole = { version: '1.0.0', integrity: 'sha512-AAAA' }
  expect(broken(lock(whole))).not.toContain('lockfile')
  expect(broken(lock({ version: '1.0.0' }))).toContain('lockfile')
  expect(broken(lock({ ...whole, resolved: 'git+ssh://host/a.git' }))).toContain('lockfile')
  expect(broken(lock({ ...whole, resolved: 'http://host/a.tgz' }))).toContain('lockfile')
})

test('every direct dependency has its page of decision (A-90)', () => {
  const manifest = file('server/package.json', '{"dependencies":{"pg":"1.0.0"}}')
  expect(broken([manifest])).toContain('dependencies')
  const page = (text: string): Source => file('docs/decisions/0001-x.md', text)
  expect(broken([manifest, page('We use `pg`.')])).not.toContain('dependencies')
  expect(broken([manifest, page('We use `pg-boss`.')])).toContain('dependencies')
})
