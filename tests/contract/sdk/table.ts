import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OPERATIONS, type Outcome } from './operations.ts'

const packages: { packages: Record<string, { version?: string }> } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../package-lock.json'), 'utf8'),
)

const versionOf = (sdk: string) => packages.packages[`node_modules/${sdk}`]?.version ?? ''

/** The table SDK × operation, in Markdown. */
export function tableOf(outcomes: Readonly<Record<string, Readonly<Record<string, Outcome>>>>) {
  const sdks = Object.keys(outcomes)
  const heads = sdks.map((sdk) => `${sdk} ${versionOf(sdk)}`)
  const lines = Object.entries(OPERATIONS).map(([key, title]) => {
    const cells = sdks.map((sdk) => outcomes[sdk]?.[key] ?? '')
    return `| ${[title, ...cells].join(' | ')} |\n`
  })
  const head = `| Operation | ${heads.join(' | ')} |\n|---|${'---|'.repeat(sdks.length)}\n`
  return head + lines.join('')
}
