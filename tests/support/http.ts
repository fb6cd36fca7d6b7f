/** An answer with its body read: parsed when it is JSON. */
export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests compare whatever came
  readonly json: any
}

type Sent = Readonly<Record<string, string>>

/** One side of the pair over HTTP. */
export class Http {
  readonly url: string

  constructor(url: string) {
    this.url = url
  }

  async send(
    method: string,
    path: string,
    body?: string | Uint8Array,
    headers: Sent = {},
  ): Promise<Reply> {
    const init = body === undefined ? {} : { body: body as never }
    const reply = await fetch(`${this.url}${path}`, { method, headers, ...init })
    const text = await reply.text()
    const isJson = /json/.test(reply.headers.get('content-type') ?? '')
    return {
      status: reply.status,
      headers: reply.headers,
      text,
      json: isJson && text !== '' ? JSON.parse(text) : undefined,
    }
  }

  async get(path: string, headers: Sent = {}): Promise<Reply> {
    return await this.send('GET', path, undefined, headers)
  }

  async post(path: string, body: unknown = {}, headers: Sent = {}): Promise<Reply> {
    const sent = { 'content-type': 'application/json', ...headers }
    return await this.send('POST', path, JSON.stringify(body), sent)
  }
}
