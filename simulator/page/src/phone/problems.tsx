// Mistakes in the mini program, and what of it the phone cannot do: file and line, over the phone.
import { useState } from 'react'
import { useLanguage, useSay } from '../language.ts'
import { fieldsOf, listOf, numberOf, textOf } from '../read.ts'

export interface Problem {
  severity: string
  place: string
  message: string
  /** The same in Chinese, where somebody wrote it. */
  zh?: string
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
      zh: textOf(fields['zh'], textOf(fields['message'])),
    }
  })
}

export function Problems({ problems }: { problems: Problem[] }) {
  const say = useSay()
  const errors = problems.filter((problem) => problem.severity === 'error')
  const others = problems.filter((problem) => problem.severity !== 'error')
  const [chosen, choose] = useState<boolean | null>(null)
  const open = chosen ?? errors.length > 0
  if (problems.length === 0) return null
  const classes = ['problems']
  if (!open) classes.push('problems-folded')
  if (errors.length > 0) classes.push('problems-errors')
  const counts = [
    errors.length > 0 ? `✕ ${errors.length}` : '',
    others.length > 0 ? `⚠ ${others.length}` : '',
  ].filter((text) => text !== '')
  return (
    <section className={classes.join(' ')} data-testid="problems">
      <button
        type="button"
        aria-expanded={open}
        aria-label={say('小程序的问题', 'Problems of the mini program')}
        data-testid="problems-toggle"
        onClick={() => choose(!open)}
      >
        {counts.map((count) => (
          <span key={count}>{count}</span>
        ))}
      </button>
      {open && (
        <ul>
          {[...errors, ...others].map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list only grows
            <ProblemLine key={index} problem={problem} />
          ))}
        </ul>
      )}
    </section>
  )
}

function ProblemLine({ problem }: { problem: Problem }) {
  const language = useLanguage()
  const { severity, place, message, zh } = problem
  return (
    <li className={severity} data-testid="problem">
      {place !== '' && <code>{place}</code>}
      {language === 'zh' ? (zh ?? message) : message}
    </li>
  )
}
