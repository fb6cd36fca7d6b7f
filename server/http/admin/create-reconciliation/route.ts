import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { requestReconciliation } from '../../../flows/differences.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import type { Text } from '../../registry.ts'
import { reconciliationShape, showReconciliation } from '../../shapes/reconciliation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const body = z.strictObject({
  date: z.iso.date().describe('A day in Beijing; its bills are there after ten on the next day.'),
  mchid: z.string().min(1).max(32).optional().describe('Absent: all merchants.'),
})

/** POST /admin/v1/reconciliations: compares a day with WeChat's bills, or compares it again. */
export const createReconciliation = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/reconciliations',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Reconcile a day',
          description:
            'Begins at once and goes on by itself. A day may be run any number of times: a second ' +
            'run changes nothing, but heals what has its partner by now.',
          body,
          response: { 202: reconciliationShape },
        },
      },
      async (request, reply) => {
        const { date, mchid } = request.body
        const result = await requestReconciliation(ports, { date, mchid })
        if (result.kind === 'not_found') throw new Problem('not_found')
        if (result.kind !== 'requested') {
          throw new Problem('invalid_request', {
            errors: [{ field: 'date', message: texts[result.kind] }],
          })
        }
        return reply.code(202).send(showReconciliation(date, mchid, result.days))
      },
    )
  }
}

const texts: Readonly<Record<'too_early' | 'too_old', Text>> = {
  too_early: {
    en: 'must be a day whose bills are there: after 10:05 in Beijing on the next day',
    zh: '必须是账单已生成的日期：北京时间次日 10:05 之后',
  },
  too_old: {
    en: 'must be within three months: WeChat keeps no older bills',
    zh: '必须在三个月之内：微信不保留更早的账单',
  },
}
