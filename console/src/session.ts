// Who is signed in: a console session's token, in this tab only. The admin key is not kept.
import { createContext, useContext } from 'react'
import { type Api, ApiFailure } from './api/api.ts'

const TOKEN = 'minitill-console:token'

export interface Session {
  api: Api
  /** Forgets the token; `refused` when it was the server that no longer takes it. */
  signOut(refused: boolean): void
}

export const SessionContext = createContext<Session | null>(null)

/** The session of a screen that is shown to signed-in people only. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === null) throw new Error('this screen needs a session')
  return session
}

export function keptToken(): string | null {
  return sessionStorage.getItem(TOKEN)
}

export function keepToken(token: string): void {
  sessionStorage.setItem(TOKEN, token)
}

export function forgetToken(): void {
  sessionStorage.removeItem(TOKEN)
}

/** Whatever was thrown as the failure of a call. */
export function failureOf(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error
  return new ApiFailure('not_understood', 0, error instanceof Error ? error.message : '')
}
