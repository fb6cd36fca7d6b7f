// A control call without a port: the same routes, in this process.
import type { Wechat } from '../wechat.ts'
import { bad, type ControlAnswer } from './answer.ts'
import { type Handler, ROUTES } from './routes.ts'

interface Found {
  readonly handler: Handler
  readonly params: Readonly<Record<string, string>>
}

function matched(pattern: string, path: string): Record<string, string> | null {
  const [wanted, given] = [pattern.split('/'), path.split('/')]
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decodeURIComponent(value)
    else if (part !== value) return null
  }
  return params
}

function find(method: string, path: string): Found | null {
  for (const [own, pattern, handler] of ROUTES) {
    const params = own === method ? matched(pattern, path) : null
    if (params !== null) return { handler, params }
  }
  return null
}

/**
 * Carries out one control call; its change is kept before this resolves.
 * @param url path and query, as `/_sim/journal?after=3`
 */
export async function dispatchControl(
  wechat: Wechat,
  method: string,
  url: string,
  input: unknown,
): Promise<ControlAnswer> {
  const [path = '', query = ''] = url.split('?', 2)
  const found = find(method, path)
  if (found === null) return bad('path', `there is no ${method} ${path}`, 404)
  const call = { params: found.params, query: Object.fromEntries(new URLSearchParams(query)) }
  const answer = await found.handler(wechat, input, call)
  await wechat.commit()
  return answer
}
