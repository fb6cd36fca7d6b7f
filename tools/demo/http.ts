/** A JSON object as it came; the demo only prints it. */
export type Json = Record<string, unknown>

/** The demo cannot go on; the message says why and what to do. */
export class StepFailed extends Error {}

/** Where the pair of `npm start` listens, by the same settings. */
export function demoAddresses(env: NodeJS.ProcessEnv): { server: string; simulator: string } {
  const host = env['MINITILL_HOST'] ?? '127.0.0.1'
  return {
    server: `http://${host}:${env['MINITILL_PORT'] ?? '4000'}`,
    simulator: `http://${host}:${env['MINITILL_SIMULATOR_PORT'] ?? '4001'}`,
  }
}

export async function post(
  url: string,
  body: Json,
  headers: Record<string, string> = {},
): Promise<Json> {
  return await request('POST', url, body, headers)
}

/** One JSON request; anything but a 2xx ends the demo with what was answered. */
export async function request(
  method: 'GET' | 'POST',
  url: string,
  body?: Json,
  headers: Record<string, string> = {},
): Promise<Json> {
  const answer = await fetch(url, {
    method,
    headers: body ? { 'content-type': 'application/json', ...headers } : headers,
    signal: AbortSignal.timeout(15_000),
    ...(body ? { body: JSON.stringify(body) } : {}),
  }).catch(() => {
    throw new StepFailed(`nothing answers at ${new URL(url).origin}: run \`npm start\` first`)
  })
  const text = await answer.text()
  if (!answer.ok) throw new StepFailed(`${method} ${url} answered ${answer.status}: ${text}`)
  return JSON.parse(text) as Json
}
