import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readDays } from '../../../flows/differences.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import {
  readReconciliationId,
  reconciliationShape,
  showReconciliation,
} from '../../shapes/reconciliation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/reconciliations/{id}: how far a day is, and what came of it. */
export const getReconciliation = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/reconciliations/:id',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'One reconciliation',
          description: 'Bills, rows, differences by class, and the balance to the fen.',
          params: z.object({ id: z.string().min(1).max(64) }),
          response: { 200: reconciliationShape },
        },
      },
      async (request) => {
        const named = readReconciliationId(request.params.id)
        const days = named === null ? [] : await readDays(ports, named)
        if (named === null || days.length === 0) throw new Problem('not_found')
        return showReconciliation(named.date, named.mchid, days)
      },
    )
  }
}
