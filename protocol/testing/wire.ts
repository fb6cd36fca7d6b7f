import {
  createPayClient,
  KeyRing,
  type PayClient,
  type PayClientPorts,
  type PayClientSettings,
  type TransportAnswer,
  type TransportRequest,
  type TransportSilence,
} from '../index.ts'
import { signedHeaders, type World, withHeader } from './world.ts'

type Reply = TransportAnswer | TransportSilence

/** A network for tests: it keeps every request and answers them from a list, in order. */
export interface Wire {
  readonly sent: TransportRequest[]
  readonly client: PayClient
}

/** A client whose network answers with these, one after the other; then it is broken. */
export function makeWire(
  world: World,
  replies: ReadonlyArray<Reply | (() => never)>,
  more: { settings?: Partial<PayClientSettings>; ports?: Partial<PayClientPorts> } = {},
): Wire {
  const sent: TransportRequest[] = []
  const settings: PayClientSettings = {
    signer: world.signer,
    hosts: ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com'],
    userAgent: 'Minitill/0.1',
    timeoutMs: 10_000,
    ...more.settings,
  }
  const ports: PayClientPorts = {
    transport: {
      async send(request) {
        sent.push(request)
        const reply = replies[sent.length - 1] ?? ({ got: 'silence', why: 'broken' } as const)
        return typeof reply === 'function' ? reply() : reply
      },
    },
    clock: () => world.now,
    random: (bytes) => new Uint8Array(bytes).fill(sent.length),
    keys: () => world.ring,
    ...more.ports,
  }
  return { sent, client: createPayClient(settings, ports) }
}

/** An answer that WeChat signed. */
export async function signedAnswer(
  world: World,
  status: number,
  body: string,
  by: 'certificate' | 'public_key' = 'certificate',
): Promise<TransportAnswer> {
  const headers = await signedHeaders(world, body, by)
  return answer(status, body, [...headers, ['Request-ID', '08BFA5-0']])
}

/** An answer with these headers and no others. */
export function answer(
  status: number,
  body: string,
  headers: TransportAnswer['headers'] = [],
): TransportAnswer {
  return { got: 'answer', status, headers, body: Buffer.from(body) }
}

/** The same answer as WeChat sends it to test whether we check. */
export function probe(signed: TransportAnswer): TransportAnswer {
  const bad = 'WECHATPAY/SIGNTEST/abcd'
  return { ...signed, headers: withHeader(signed.headers, 'Wechatpay-Signature', bad) }
}

/** A ring that knows nobody. */
export const emptyRing = (world: World) => new KeyRing(world.signer.serial)
