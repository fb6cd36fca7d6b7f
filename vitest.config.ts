import { defineConfig } from 'vitest/config'
import { weaken } from './tests/controls/weaken.ts'

// One project a lane. A lane that needs a server (Redis, Memcached, Chromium, another PostgreSQL)
// says by name that it did not run; `tools/test.ts` prints those names.
const lane = (name: string, include: string[], more: Record<string, unknown> = {}) => ({
  test: { name, include, ...more },
})

const rooms = '{protocol,server,simulator,kit,tools,example}'

const longer = { testTimeout: 60_000, hookTimeout: 60_000 }

export default defineConfig({
  test: {
    globalSetup: ['tests/support/postgres.ts'],
    // Most tests wait for a database or a socket: one more than two cores, where vitest takes one.
    maxWorkers: 3,
    projects: [
      lane('unit', [`${rooms}/**/*.test.ts`], { testTimeout: 20_000, hookTimeout: 20_000 }),
      lane('contract', ['tests/contract/**/*.test.ts'], { testTimeout: 30_000 }),
      lane('journeys', ['tests/journeys/**/*.test.ts'], {
        testTimeout: 60_000,
        hookTimeout: 60_000,
      }),
      lane('attacks', ['tests/attacks/**/*.test.ts'], { testTimeout: 60_000, hookTimeout: 60_000 }),
      // The product with its guards made switchable; see tests/controls/README.md.
      { ...lane('controls', ['tests/controls/**/*.test.ts'], longer), plugins: [weaken] },
      lane('fuzz', ['tests/fuzz/**/*.test.ts'], { testTimeout: 180_000 }),
      lane('simulation', ['tests/simulation/**/*.test.ts'], {
        testTimeout: 600_000,
        hookTimeout: 60_000,
        fileParallelism: false,
      }),
      lane('reconcile', ['tests/reconcile/**/*.test.ts'], {
        testTimeout: 300_000,
        hookTimeout: 300_000,
      }),
      lane('crash', ['tests/crash/**/*.test.ts'], {
        testTimeout: 60_000,
        hookTimeout: 60_000,
        fileParallelism: false,
      }),
      lane('upgrade', ['tests/upgrade/**/*.test.ts'], {
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
      lane('process', ['tests/process/**/*.test.ts'], {
        testTimeout: 180_000,
        hookTimeout: 180_000,
        fileParallelism: false,
      }),
      lane('browser', ['tests/browser/**/*.test.ts'], {
        // A page on a busy machine needs longer than vitest's second.
        expect: { poll: { timeout: 8_000 } },
        testTimeout: 120_000,
        hookTimeout: 120_000,
        fileParallelism: false,
      }),
    ],
  },
})
