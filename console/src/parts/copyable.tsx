// A number that can be copied with one click.
import { useEffect, useState } from 'react'
import { useTexts } from '../language.ts'
import { Icon } from './icon.tsx'

const SHOWN_MS = 1500

export function Copyable({ text, testId }: { text: string; testId?: string }) {
  const texts = useTexts()
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [copied])
  return (
    <span className="copyable">
      <code>{text}</code>
      <button
        type="button"
        className={copied ? 'copied' : ''}
        title={texts(copied ? 'copied' : 'copy')}
        aria-label={`${texts(copied ? 'copied' : 'copy')} ${text}`}
        data-testid={testId}
        onClick={(event) => {
          event.stopPropagation()
          void copy(text).then(setCopied)
        }}
      >
        <Icon name={copied ? 'done' : 'copy'} size={14} />
      </button>
    </span>
  )
}

/** Browsers give the clipboard to https and loopback only; elsewhere the old command still works. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    const field = document.createElement('textarea')
    field.value = text
    document.body.append(field)
    field.select()
    const done = document.execCommand('copy')
    field.remove()
    return done
  }
}
