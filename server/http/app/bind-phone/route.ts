import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type BindPhoneResult, bindPhone } from '../../../flows/bind-phone.ts'
import type { Ports } from '../../../ports/index.ts'
import { authenticate, callerOf } from '../../auth.ts'
import { Problem } from '../../errors.ts'
import { atMost } from '../../limits.ts'
import { refusalProblem, silenceProblem } from '../../refusal.ts'
import { accountShape } from '../../shapes/account.ts'
import { codeShape } from '../../shapes/code.ts'

/** POST /v1/session/phone: binds the number that WeChat gives for the phone button's code. */
export const bindPhoneRoute = (ports: Ports): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/v1/session/phone',
      {
        config: atMost(60, 60_000),
        onRequest: authenticate(ports),
        schema: {
          summary: 'Bind the phone number',
          description:
            'Takes the one-time code of <button open-type="getPhoneNumber">. The number comes from WeChat alone; a number sent by the client is refused.',
          tags: ['session'],
          body: z.strictObject({ code: codeShape }),
          response: { 200: z.object({ account: accountShape }) },
        },
      },
      async (request) => {
        const caller = callerOf(request)
        const result = await bindPhone(ports, caller, request.body.code)
        if (result.kind !== 'bound') throw problemOf(result)
        return { account: { id: caller.account.id, phone_masked: result.masked } }
      },
    )
  }
}

function problemOf(result: Exclude<BindPhoneResult, { kind: 'bound' }>): Problem {
  switch (result.kind) {
    case 'code_used':
      return new Problem('invalid_request', { errors: [{ field: 'code', message: used }] })
    case 'not_ours':
      return new Problem('invalid_request', { errors: [{ field: 'code', message: notOurs }] })
    case 'refused':
      return refusalProblem(result.advice)
    case 'silence':
      return silenceProblem()
  }
}

const notOurs = {
  en: 'gave a phone number made for another app, or long ago; let the person tap the button again',
  zh: '得到的手机号不属于本小程序或已过时，请让用户重新点击手机号按钮',
}

const used = {
  en: 'was used already; let the person tap the phone button again',
  zh: '已被使用，请让用户重新点击手机号按钮',
}
