// How a screen gets what it shows: once, again when asked, a page more; 401 signs out.
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ApiFailure } from './api/api.ts'
import type { Page } from './api/shapes.ts'
import { failureOf, useSession } from './session.ts'

export interface Loaded<T> {
  value: T | null
  failure: ApiFailure | null
  busy: boolean
  reload(): void
}

/** Loads at once and whenever `load` changes; a late answer of an earlier load is dropped. */
export function useLoaded<T>(load: () => Promise<T>): Loaded<T> {
  const { signOut } = useSession()
  const [value, setValue] = useState<T | null>(null)
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(true)
  const turn = useRef(0)
  const run = useCallback(async () => {
    turn.current += 1
    const mine = turn.current
    setBusy(true)
    try {
      const loaded = await load()
      if (mine !== turn.current) return
      setValue(loaded)
      setFailure(null)
    } catch (error) {
      if (mine !== turn.current) return
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
    }
    setBusy(false)
  }, [load, signOut])
  useEffect(() => {
    void run()
    return () => {
      turn.current += 1
    }
  }, [run])
  return { value, failure, busy, reload: () => void run() }
}

export interface LoadedPages<T> extends Loaded<T[]> {
  hasMore: boolean
  more(): void
}

/** A list with pages: the first at once, the next when asked. */
export function usePages<T>(loadPage: (cursor: string | null) => Promise<Page<T>>): LoadedPages<T> {
  const { signOut } = useSession()
  const first = useCallback(() => loadPage(null), [loadPage])
  const loaded = useLoaded(first)
  const [later, setLater] = useState<{ first: Page<T>; rows: T[]; next: string | null } | null>(
    null,
  )
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  // Pages that continue another first page than the one shown are of no use any more.
  const continued = later !== null && later.first === loaded.value ? later : null
  const next = continued === null ? (loaded.value?.nextCursor ?? null) : continued.next
  const more = async () => {
    const begin = loaded.value
    if (next === null || begin === null || busy || loaded.busy) return
    setBusy(true)
    try {
      const page = await loadPage(next)
      const rows = [...(continued?.rows ?? []), ...page.rows]
      setLater({ first: begin, rows, next: page.nextCursor })
      setFailure(null)
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
    }
    setBusy(false)
  }
  return {
    value: loaded.value === null ? null : [...loaded.value.rows, ...(continued?.rows ?? [])],
    failure: loaded.failure ?? failure,
    busy: loaded.busy || busy,
    reload: loaded.reload,
    hasMore: next !== null,
    more: () => void more(),
  }
}
