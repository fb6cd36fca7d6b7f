/** What of the repository goes into the published package, and how. */
export interface Part {
  /** Paths from the root that this part takes. */
  takes: RegExp
  /** `program`: TypeScript to JavaScript, file by file. `copy`: as it is. */
  how: 'program' | 'copy'
}

/** The first part that takes a path decides; what no part takes stays out. */
const parts: readonly Part[] = [
  { takes: /^simulator\/miniprogram\/runtime\/.*\.(ts|css)$/, how: 'copy' },
  { takes: /^simulator\/page\/src\//, how: 'copy' },
  { takes: /^(protocol|server|simulator)\/.*\.ts$/, how: 'program' },
  { takes: /^tools\/cli\.ts$|^tools\/(cli|start)\/.*\.ts$/, how: 'program' },
  { takes: /^tools\/(minitill|launch|leash)\.mjs$/, how: 'copy' },
  { takes: /^(console|simulator\/page)\/dist\//, how: 'copy' },
  {
    takes:
      /^example\/(miniprogram|typings)\/|^example\/(project\.config|catalogue|subscribe-messages)\.json$/,
    how: 'copy',
  },
  { takes: /^docs\/(simulator\/testing(\.zh-CN)?|faults|events)\.md$/, how: 'copy' },
  { takes: /^server\/.*\.sql$|^LICENSE$|^README(\.zh-CN)?\.md$/, how: 'copy' },
]

/** Paths that never leave the repository: tests, and the page's sources, whose built form goes. */
const never =
  /\.(test|example)\.tsx?$|(^|\/)(testing|vectors|fixtures)(\/|\.ts$)|^simulator\/page\/src\/|tsconfig|^tools\/(pack|tidy|lanes)/

/** How a path goes into the package, or null when it stays out. */
export function howPacked(path: string): Part['how'] | null {
  if (never.test(path)) return null
  return parts.find((part) => part.takes.test(path))?.how ?? null
}

/** Everything that may lie in the tarball (attack A-89); the test compares. */
export const allowed: readonly RegExp[] = [
  /^package\.json$|^LICENSE$|^README(\.zh-CN)?\.md$/,
  /^(protocol|server|simulator|tools)\/.*\.js$/,
  /^(simulator\/suite|server\/webhooks)\/[\w-]+\.d\.ts$/,
  /^docs\/(simulator\/testing(\.zh-CN)?|faults|events)\.md$/,
  /^tools\/(minitill|launch|leash)\.mjs$/,
  /^simulator\/miniprogram\/runtime\/.*\.(ts|css)$/,
  /^(console|simulator\/page)\/dist\/(index\.html|assets\/[\w.-]+)$/,
  /^example\/(miniprogram|typings)\/.*\.(ts|js|json|wxml|wxss|wxs|svg|png|jpg)$/,
  /^example\/(project\.config|catalogue|subscribe-messages)\.json$/,
]
