// Who is signed in: the admin key, in this tab only.
import { createContext, useContext } from 'react'
import { type Api, ApiFailure } from './api/api.ts'

const KEY = 'minitill-console:key'

export interface Session {
  api: Api
  /** Forgets the key; `refused` when it was the server that no longer takes it. */
  signOut(refused: boolean): void
}

export const SessionContext = createContext<Session | null>(null)

/** The session of a screen that is shown to signed-in people only. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('this screen needs a session')
  return session
}

export function keptKey(): string | null {
  return sessionStorage.getItem(KEY)
}

export function keepKey(key: string): void {
  sessionStorage.setItem(KEY, key)
}

export function forgetKey(): void {
  sessionStorage.removeItem(KEY)
}

/** Whatever was thrown as the failure of a call. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error
  return new ApiFailure('not_understood', 0, error instanceof Error ? error.message : '')
}
