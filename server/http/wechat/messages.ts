import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { acceptPush } from '../../flows/accept-push.ts'
import type { Ports } from '../../ports/index.ts'
import { rawBodyPlugin } from '../json.ts'

/** Pushes are some kilobytes; safe mode makes them a third larger. */
const mostBytes = 65_536

type Address = { Params: { appid: string }; Querystring: Record<string, unknown> }

/**
 * `/wechat/messages/{appid}`: message push (消息推送). GET is WeChat's check of the address and gets
 * its echostr back; POST is answered `success` when the message is on disk, in JSON and XML, plain
 * and sealed. Everything that might be a forgery is 401 and says no more.
 */
export const pushMessages = (ports: Ports): FastifyPluginAsync => {
  return async (app) => {
    await app.register(rawBodyPlugin(mostBytes))
    app.setErrorHandler(async (error, request, reply) => {
      const { statusCode = 500, message = '' } = error as { statusCode?: number; message?: string }
      if (statusCode >= 500) {
        const route = request.routeOptions.url ?? 'none'
        ports.log.error({ request_id: request.id, route, why: message }, 'a push met a mistake')
      }
      await reply.code(statusCode).type('text/plain').send('fail')
    })
    const path = '/wechat/messages/:appid'
    const schema = { schema: { hide: true } as never }
    app.get<Address>(path, schema, async (request, reply) => {
      const found = ports.parties.app(request.params.appid)
      const query = textsOf(request)
      const { echostr = '' } = query
      const isGenuine = found !== null && ports.pushes.isGenuine(found.appid, query)
      if (!isGenuine || !/^[\x21-\x7e]{1,256}$/.test(echostr)) {
        return await reply
          .code(found === null ? 404 : 401)
          .type('text/plain')
          .send('fail')
      }
      return await reply.code(200).type('text/plain; charset=utf-8').send(echostr)
    })
    app.post<Address>(path, schema, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const raw = { query: textsOf(request), body }
      const result = await acceptPush(ports, { appid: request.params.appid, raw })
      const status = { accepted: 200, refused: 401, unknown_app: 404 }[result.kind]
      const text = result.kind === 'accepted' ? 'success' : 'fail'
      return await reply.code(status).type('text/plain').send(text)
    })
  }
}

/** A parameter that stands twice is none: two readers might take two of them. */
function textsOf({ query }: FastifyRequest<Address>): Record<string, string> {
  const single = Object.entries(query).filter(([, value]) => typeof value === 'string')
  return Object.fromEntries(single) as Record<string, string>
}
