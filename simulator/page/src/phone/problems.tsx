// Mistakes in the mini program, with file and line, over the phone.
import { useState } from 'react'
import { fieldsOf, listOf, numberOf, textOf } from '../read.ts'

export interface Problem {
  severity: string
  place: string
  message: string
}

export function problemsOf(value: unknown): Problem[] {
  return listOf(value).map((item) => {
    const fields = fieldsOf(item)
    const line = numberOf(fields['line'])
    const place = line > 0 ? `:${line}:${numberOf(fields['column'])}` : ''
    return {
      severity: textOf(fields['severity']),
      place: textOf(fields['file']) + place,
      message: textOf(fields['message']),
    }
  })
}

export function Problems({ problems }: { problems: Problem[] }) {
  const errors = problems.filter((problem) => problem.severity === 'error').length
  const [chosen, choose] = useState<boolean | null>(null)
  const open = chosen ?? errors > 0
  if (problems.length === 0) return null
  return (
    <section className={open ? 'problems' : 'problems problems-folded'} data-testid="problems">
      <button type="button" data-testid="problems-toggle" onClick={() => choose(!open)}>
        {errors > 0 ? `✕ ${errors}` : `⚠ ${problems.length}`}
      </button>
      {open && (
        <ul>
          {problems.map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows
            <li key={index} className={problem.severity}>
              <code>{problem.place}</code>
              {problem.message}
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
