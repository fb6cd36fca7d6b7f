import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { HttpParts } from './parts.ts'

/** OpenAPI 3.1 from the schemas that validate, at /openapi.json, and readable at /docs. */
export async function registerDocumentation(app: FastifyInstance, parts: HttpParts): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Minitill',
        version: parts.version,
        description:
          'Login, orders and payment for WeChat mini programs. Amounts are whole fen, times are ' +
          'RFC 3339. Errors are application/problem+json with a code of docs/errors.md. ' +
          '小程序登录、下单与支付接口：金额单位为分，时间为 RFC 3339。',
      },
      servers: [{ url: parts.publicUrl }],
      components: {
        securitySchemes: {
          session: { type: 'http', scheme: 'bearer', description: 'Token of POST /v1/sessions' },
          admin: { type: 'http', scheme: 'bearer', description: 'MINITILL_ADMIN_KEY' },
        },
      },
    },
    transform: jsonSchemaTransform,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true })
  app.get('/openapi.json', { schema: { hide: true } }, async () => app.swagger())
}
