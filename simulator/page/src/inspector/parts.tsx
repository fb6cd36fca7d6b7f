// Small things that several panels use.
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useSay } from '../language.ts'

/** Runs a call of the control API; tells whether it runs, and what went wrong with the last one. */
export function useDeed(): {
  busy: boolean
  failed: string
  run(deed: () => Promise<unknown>): Promise<void>
} {
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState('')
  const run = async (deed: () => Promise<unknown>) => {
    setBusy(true)
    try {
      await deed()
      setFailed('')
    } catch (error) {
      setFailed(error instanceof Error ? error.message : String(error))
    }
    setBusy(false)
  }
  return { busy, failed, run }
}

/** What a deed's failure says; nothing without one. */
export function Failure({ text }: { text: string }) {
  if (text === '') return null
  return (
    <p className="failure" role="alert" data-testid="failure">
      {text}
    </p>
  )
}

const COPIED_MS = 1200

/** Copies a text; says so for a moment. */
export function CopyButton({ text, testId }: { text: string; testId?: string }) {
  const say = useSay()
  const [copied, setCopied] = useState(false)
  const timer = useRef(0)
  useEffect(() => () => window.clearTimeout(timer.current), [])
  const copy = async () => {
    await navigator.clipboard.writeText(text).catch(() => undefined)
    setCopied(true)
    window.clearTimeout(timer.current)
    timer.current = window.setTimeout(() => setCopied(false), COPIED_MS)
  }
  return (
    <button type="button" className="quiet" data-testid={testId} onClick={() => void copy()}>
      {copied ? say('已复制', 'Copied') : say('复制', 'Copy')}
    </button>
  )
}

export interface Tab<T extends string> {
  id: T
  label: string
  /** Shown small beside the label. */
  note?: string
  alarming?: boolean
}

interface TabsProps<T extends string> {
  label: string
  tabs: readonly Tab<T>[]
  chosen: T
  choose(id: T): void
  children: ReactNode
  /** Begins the test ids and element ids of its tabs. */
  name: string
}

/** Tabs as the ARIA practices have them: arrow keys move, the panel follows. */
export function Tabs<T extends string>(props: TabsProps<T>) {
  const { label, tabs, chosen, choose, children, name } = props
  const move = (event: React.KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === chosen)
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: -1,
    }
    const to = steps[event.key]
    const next = to === undefined ? undefined : tabs.at(to % tabs.length)
    if (next === undefined) return
    event.preventDefault()
    choose(next.id)
    document.getElementById(`${name}-tab-${next.id}`)?.focus()
  }
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} onKeyDown={move}>
        {tabs.map((tab) => (
          <button
            key={tab.id}
            type="button"
            role="tab"
            id={`${name}-tab-${tab.id}`}
            aria-selected={tab.id === chosen}
            aria-controls={`${name}-panel`}
            tabIndex={tab.id === chosen ? 0 : -1}
            data-testid={`${name}-${tab.id}`}
            onClick={() => choose(tab.id)}
          >
            {tab.label}
            {tab.note !== undefined && (
              <small className={tab.alarming ? 'alarming' : ''}>{tab.note}</small>
            )}
          </button>
        ))}
      </div>
      <div
        className="tab-panel"
        role="tabpanel"
        id={`${name}-panel`}
        aria-labelledby={`${name}-tab-${chosen}`}
      >
        {children}
      </div>
    </>
  )
}
