import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { acceptNotification } from '../../flows/accept-notification.ts'
import type { NoticeRefusal, Ports } from '../../ports/index.ts'
import { languageOf, Problem } from '../errors.ts'
import { rawBodyPlugin } from '../json.ts'

/** WeChat's own bound of a message is a mebibyte of ciphertext; ours are some kilobytes. */
const mostBytes = 1_048_576

/**
 * `/wechat/pay/notify/{mchid}` and `/wechat/pay/refund-notify/{mchid}`: 200 empty when the message
 * is on disk, else `{"code":"FAIL","message":…}`, which makes WeChat send it again (支付通知).
 */
export const payNotices = (ports: Ports): FastifyPluginAsync => {
  return async (app) => {
    await app.register(rawBodyPlugin(mostBytes))
    // WeChat looks at the status alone and cannot read a problem+json.
    app.setErrorHandler((error, request, reply) => fail(ports, error, request, reply))
    for (const path of ['notify', 'refund-notify']) {
      app.post<{ Params: { mchid: string } }>(
        `/wechat/pay/${path}/:mchid`,
        { onRequest: refuseOtherMedia, schema: { hide: true } as never },
        async (request, reply) => {
          const { body } = request
          const raw = {
            headers: headersOf(request),
            body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
          }
          const result = await acceptNotification(ports, { mchid: request.params.mchid, raw })
          if (result.kind === 'accepted') return await reply.code(200).send()
          if (result.kind === 'unknown_merchant') return await say(reply, 404, 'no such merchant')
          return await say(reply, statuses[result.reason] ?? 401, result.reason)
        },
      )
    }
  }
}

/** Everything that might be a forgery is 401; what WeChat signed but is no message for us is 400. */
const statuses: Readonly<Partial<Record<NoticeRefusal, number>>> = {
  not_a_notification: 400,
  wrong_algorithm: 400,
  malformed_resource: 400,
}

/** Old XML messages and compressed ones are refused before a byte of them is read. */
async function refuseOtherMedia(request: FastifyRequest): Promise<void> {
  const type = request.headers['content-type'] ?? ''
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (!/^application\/json *(;|$)/i.test(type) || encoding !== 'identity') {
    throw new Problem('unsupported_media_type')
  }
}

/** As they came, doubled ones included: a doubled signature header must be seen. */
function headersOf(request: FastifyRequest): Array<readonly [string, string]> {
  const { rawHeaders } = request.raw
  const pairs: Array<readonly [string, string]> = []
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? '', rawHeaders[index + 1] ?? ''])
  }
  return pairs
}

async function say(reply: FastifyReply, status: number, message: string): Promise<void> {
  await reply.code(status).send({ code: 'FAIL', message })
}

async function fail(
  ports: Ports,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string }
  if (statusCode < 500) return await say(reply, statusCode, 'refused')
  const route = request.routeOptions.url ?? 'none'
  ports.log.error({ request_id: request.id, route, why: message }, 'a notification met a mistake')
  const zh = languageOf(request.headers['accept-language']) === 'zh'
  return await say(reply, 500, zh ? '处理失败，请重发' : 'not stored, send it again')
}
