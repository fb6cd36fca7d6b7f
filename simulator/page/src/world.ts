// Looks at the simulator's world again and again while the page is visible.
import { useEffect, useState } from 'react'
import { control, type WorldState } from './control.ts'

/** Calls `look` at once and then every `everyMs`, only while the page can be seen. */
export function usePolling(look: () => Promise<unknown>, everyMs: number): void {
  useEffect(() => {
    let stopped = false
    let timer = 0
    const turn = async () => {
      if (document.visibilityState === 'visible') await look().catch(() => undefined)
      if (!stopped) timer = window.setTimeout(() => void turn(), everyMs)
    }
    void turn()
    return () => {
      stopped = true
      window.clearTimeout(timer)
    }
  }, [look, everyMs])
}

/** The world as it was a moment ago; null until the first answer. */
export function useWorld(look: () => Promise<WorldState> = control.state): {
  world: WorldState | null
  failed: boolean
  refresh(): Promise<void>
} {
  const [world, setWorld] = useState<WorldState | null>(null)
  const [failed, setFailed] = useState(false)
  const [refresh] = useState(() => async () => {
    try {
      setWorld(await look())
      setFailed(false)
    } catch {
      setFailed(true)
    }
  })
  usePolling(refresh, 2000)
  return { world, failed, refresh }
}

/** The hours and minutes of an RFC 3339 instant in Beijing, as a phone shows them. */
export function clockText(instant: string): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return '9:41'
  const zone = { timeZone: 'Asia/Shanghai', hourCycle: 'h23' } as const
  return at.toLocaleTimeString('zh-CN', { ...zone, hour: '2-digit', minute: '2-digit' })
}
