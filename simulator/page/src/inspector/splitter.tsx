// The line between two areas: dragged, or moved by arrow keys; the page remembers where it was.
import { useState } from 'react'

const LEAST = 18
const MOST = 75
const STEP = 2

export interface Size {
  percent: number
  set(percent: number): void
}

/** A size in percent of the inspector, kept under this name. */
export function useSize(name: string, first: number): Size {
  const key = `minitill-page:size-${name}`
  const [percent, setPercent] = useState(() => {
    const kept = Number(localStorage.getItem(key) ?? Number.NaN)
    return kept >= LEAST && kept <= MOST ? kept : first
  })
  const set = (wanted: number) => {
    const bounded = Math.round(Math.max(LEAST, Math.min(MOST, wanted)))
    localStorage.setItem(key, String(bounded))
    setPercent(bounded)
  }
  return { percent, set }
}

interface SplitterProps {
  size: Size
  /** Of the line itself: a horizontal one sizes what is below it. */
  direction: 'vertical' | 'horizontal'
  label: string
}

export function Splitter({ size, direction, label }: SplitterProps) {
  const drag = (event: React.PointerEvent<HTMLElement>) => {
    const { currentTarget: line } = event
    const box = line.parentElement?.getBoundingClientRect()
    if (!line.hasPointerCapture(event.pointerId) || box === undefined) return
    const along = (100 * (event.clientX - box.left)) / box.width // percent
    const up = (100 * (box.bottom - event.clientY)) / box.height // percent
    size.set(direction === 'vertical' ? along : up)
  }
  const press = (event: React.KeyboardEvent) => {
    const [less, more] =
      direction === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowDown', 'ArrowUp']
    if (event.key !== less && event.key !== more) return
    event.preventDefault()
    size.set(size.percent + (event.key === more ? STEP : -STEP))
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an <hr> cannot be dragged
    <div
      className={`splitter splitter-${direction}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction}
      aria-valuenow={size.percent}
      aria-valuemin={LEAST}
      aria-valuemax={MOST}
      data-testid={`splitter-${direction}`}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={drag}
      onKeyDown={press}
    />
  )
}
