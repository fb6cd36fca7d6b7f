// An instant in the reader's own time zone; the exact text of the API is its tooltip.
import { useContext } from 'react'
import { type Language, LanguageContext } from '../language.ts'

export function Moment({ at }: { at: string | null }) {
  const language = useContext(LanguageContext)
  if (at === null || at === '') return <span className="faint">—</span>
  return (
    <time dateTime={at} title={at}>
      {momentText(at, language)}
    </time>
  )
}

export function momentText(at: string, language: Language): string {
  const instant = new Date(at)
  if (Number.isNaN(instant.getTime())) return at
  return instant.toLocaleString(language === 'zh' ? 'zh-CN' : 'en-GB', {
    year: 'numeric',
    month: language === 'zh' ? '2-digit' : 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  })
}
