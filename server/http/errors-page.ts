import { differenceTexts } from './admin/difference-texts.ts'
import { taskTexts } from './admin/task-texts.ts'
import { type ErrorEntry, errorRegistry } from './registry.ts'

/** docs/errors.md, made from the registry; a test compares the file with this text. */
export function errorsPage(): string {
  const errors = Object.entries(errorRegistry).map(([code, entry]) => errorRow(code, entry))
  const tasks = Object.entries(taskTexts).map(([kind, { title, advice }]) =>
    row([`**${kind}**`, title.en, title.zh, advice.en, advice.zh]),
  )
  const differences = Object.entries(differenceTexts).map(([kind, { title, advice }]) =>
    row([`**${kind}**`, title.en, title.zh, advice.en, advice.zh]),
  )
  return [
    heading,
    row(['Code', 'Status', 'Meaning', '含义', 'What to do', '处理办法']),
    row(Array(6).fill('---')),
    ...errors,
    tasksHeading,
    row(['Kind', 'Meaning', '含义', 'What to do', '处理办法']),
    row(Array(5).fill('---')),
    ...tasks,
    differencesHeading,
    row(['Class', 'Meaning', '含义', 'What to do', '处理办法']),
    row(Array(5).fill('---')),
    ...differences,
    '',
  ].join('\n')
}

const heading = `# Errors

Every error is \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`code\`,
\`detail\`, and where fields are wrong \`errors: [{field, message}]\`. Programs look at \`code\` alone;
the texts are for people, in Chinese when \`Accept-Language\` prefers it. \`request_id\` names the
request in our log; it is in the header \`Request-Id\` of every answer too. A 404 has it only there,
because somebody else's thing and one that never was give the same body.

A code is for ever: it never gets another meaning or status and is never used again. This page is
made from \`server/http/registry.ts\`, and a test compares them.
`

const tasksHeading = `
## Parked tasks

What \`GET /admin/v1/tasks\` shows: something waits for a person, and nothing happens until then.
`

const differencesHeading = `
## Differences of bills

What \`GET /admin/v1/differences\` shows. Each is open until evidence heals it, or a named person
explains it by \`POST /admin/v1/differences/{id}/close\`; time ends none.
`

function errorRow(code: string, { status, detail, remedy }: ErrorEntry): string {
  return row([`\`${code}\``, String(status), detail.en, detail.zh, remedy.en, remedy.zh])
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
