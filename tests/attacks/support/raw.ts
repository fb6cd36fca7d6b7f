import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import type { Reply } from '../../support/http.ts'

export type RawHeaders = Readonly<Record<string, string | readonly string[]>>

/** Sends what fetch would not: doubled headers, TRACE, bodies that come piece by piece. */
export async function rawRequest(
  url: string,
  options: { readonly method?: string; readonly headers?: RawHeaders; readonly body?: Uint8Array },
): Promise<Reply> {
  const { method = 'POST', headers = {}, body } = options
  return await new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: mutable(headers), agent: false }, (reply) => {
      read(reply).then(resolve, reject)
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function mutable(headers: RawHeaders): Record<string, string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : [...value],
    ]),
  )
}

async function read(reply: IncomingMessage): Promise<Reply> {
  const chunks: Buffer[] = []
  for await (const chunk of reply) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString('utf8')
  const headers = new Headers()
  for (const [name, value] of Object.entries(reply.headers)) headers.set(name, String(value))
  const isJson = /json/.test(headers.get('content-type') ?? '') && text !== ''
  return {
    status: reply.statusCode ?? 0,
    headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  }
}

/**
 * Writes bytes into a bare connection and answers all that came back until the other side closed
 * it, or until `limitMs`. `drip` gives more pieces, one each `everyMs`.
 */
export async function rawSocket(
  url: string,
  first: string,
  drip: { readonly piece: string; readonly everyMs: number; readonly limitMs: number } = {
    piece: '',
    everyMs: 1_000,
    limitMs: 5_000,
  },
): Promise<{ text: string; closed: boolean }> {
  const { hostname, port } = new URL(url)
  return await new Promise((resolve) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => socket.write(first))
    const timer = setInterval(() => {
      if (drip.piece !== '' && socket.writable) socket.write(drip.piece)
    }, drip.everyMs)
    const end = (closed: boolean) => {
      clearInterval(timer)
      clearTimeout(late)
      socket.destroy()
      resolve({ text, closed })
    }
    const late = setTimeout(() => end(false), drip.limitMs)
    socket.on('data', (chunk) => {
      text += chunk.toString('utf8')
    })
    socket.on('error', () => end(true))
    socket.on('close', () => end(true))
  })
}
