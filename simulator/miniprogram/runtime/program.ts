// What the compiler hands to the runtime as `window.minitillProgram`.
export interface Problem {
  severity: 'error' | 'warning'
  file: string
  line: number
  column: number
  message: string
}

export interface CodeEntry {
  config: Record<string, unknown> & { usingComponents: Record<string, string> }
  isPage: boolean
  prefix?: string
}

export interface Program {
  app: Record<string, unknown>
  appid: string
  pages: string[]
  entries: Record<string, CodeEntry>
  problems: Problem[]
  modules: Record<string, string>
  templates: Record<string, unknown>
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A text, or the fallback when the value is none. */
export function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback
}

/** A finite number, or the fallback when the value is none. */
export function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback
}
