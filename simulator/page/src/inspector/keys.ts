// The inspector's keys, wherever the focus is, except where somebody types.
import { useEffect, useRef } from 'react'

export interface KeyActions {
  next(): void
  previous(): void
  search(): void
  open(): void
  failedOnly(): void
  copy(): void
  tab(nth: number): void
  back(): void
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('input, textarea, select') !== null
}

/** Buttons and links have Enter for themselves. */
function takesEnter(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest('button, a, summary, .messages') !== null
}

function actionOf(event: KeyboardEvent, actions: KeyActions): (() => void) | null {
  const inList = event.target instanceof HTMLElement && event.target.id === 'messages'
  switch (event.key) {
    case 'j':
      return actions.next
    case 'k':
      return actions.previous
    case 'ArrowDown':
      return inList ? actions.next : null
    case 'ArrowUp':
      return inList ? actions.previous : null
    case '/':
      return actions.search
    case 'Enter':
      return takesEnter(event.target) ? null : actions.open
    case 'f':
      return actions.failedOnly
    case 'c':
      return actions.copy
    default: {
      const nth = /^[1-6]$/.test(event.key) ? Number(event.key) : 0
      return nth === 0 ? null : () => actions.tab(nth)
    }
  }
}

/** Listens for as long as the inspector is there. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions)
  latest.current = actions
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (event.key === 'Escape') {
        latest.current.back()
        return
      }
      // Digits and letters are the cashier's while it is in front.
      if (isTyping(event.target)) return
      const action = actionOf(event, latest.current)
      if (action === null) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [])
}
