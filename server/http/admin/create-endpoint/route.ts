import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { addEndpoint, mostEndpoints } from '../../../flows/webhook-endpoints.ts'
import type { Ports, TargetProblem } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { endpointShape, eventNames, showEndpoint } from '../../shapes/endpoint.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** POST /admin/v1/webhook-endpoints: a system of the merchant's that wants to hear of events. */
export const createEndpoint = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/webhook-endpoints',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Add a webhook endpoint',
          description: `Events are signed as Standard Webhooks says. The secret is told in this answer and never again. At most ${mostEndpoints} endpoints.`,
          body: z.strictObject({ url: z.string().min(1).max(512), events: eventNames }),
          response: { 201: endpointShape.extend({ secret: z.string() }) },
        },
      },
      async (request, reply) => {
        const added = await addEndpoint(ports, request.body)
        if (added.kind === 'bad_target') throw refused('url', targets[added.problem])
        if (added.kind === 'too_many') throw refused('url', tooMany)
        const { endpoint, secret } = added
        return reply.code(201).send({ ...showEndpoint(endpoint), secret })
      },
    )
  }
}

interface Texts {
  readonly en: string
  readonly zh: string
}

function refused(field: string, message: Texts): Problem {
  return new Problem('invalid_request', { errors: [{ field, message }] })
}

const tooMany: Texts = {
  en: `there are ${mostEndpoints} endpoints already; delete one first`,
  zh: `已有 ${mostEndpoints} 个接收地址，请先删除一个`,
}

const targets: Readonly<Record<TargetProblem, Texts>> = {
  not_a_url: {
    en: 'must be an absolute http or https URL without user, password and fragment',
    zh: '必须是完整的 http 或 https 地址，不含用户名、密码和 # 片段',
  },
  https_only: { en: 'must be an https address', zh: '必须使用 https' },
  loopback_only: {
    en: 'must be on this machine (localhost or 127.0.0.1) while in development',
    zh: '开发环境只能使用本机地址（localhost 或 127.0.0.1）',
  },
  private_address: {
    en: 'must be a public address; private ones are never called',
    zh: '必须是公网地址；不会访问内网地址',
  },
}
