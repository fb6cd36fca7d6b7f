import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type LogInResult, logIn } from '../../../flows/log-in.ts'
import type { Ports } from '../../../ports/index.ts'
import { bearerToken } from '../../auth.ts'
import { Problem } from '../../errors.ts'
import { atMost } from '../../limits.ts'
import { networkOf } from '../../network.ts'
import { refusalProblem, silenceProblem } from '../../refusal.ts'
import { accountShape, showAccount } from '../../shapes/account.ts'
import { codeShape } from '../../shapes/code.ts'
import { failedLogins } from './failed-logins.ts'

/** POST /v1/sessions: swaps the code of wx.login for a token. */
export const createSession = (ports: Ports): FastifyPluginAsyncZod => {
  const failures = failedLogins(ports.clock)
  return async (app) => {
    app.post(
      '/v1/sessions',
      {
        config: atMost(600, 60_000),
        schema: {
          summary: 'Log in',
          description:
            'Swaps the one-time code of wx.login for a token. A code is used up by its first use, whatever came of it. Sending a token that is still valid ends that session.',
          tags: ['session'],
          body: z.strictObject({
            code: codeShape,
            appid: z.string().min(1).max(32).optional().describe('Absent: the first app.'),
          }),
          response: {
            201: z.object({
              token: z.string().describe('Goes into Authorization: Bearer.'),
              expires_at: z.string(),
              account: accountShape,
              is_new_account: z.boolean(),
            }),
          },
        },
      },
      async (request, reply) => {
        const attempt = failures.begin(networkOf(request.ip))
        const { code, appid = null } = request.body
        let result: LogInResult | null = null
        try {
          result = await logIn(ports, { code, appid, oldToken: bearerToken(request) })
        } finally {
          attempt.end(result !== null && isGuess(result))
        }
        if (result.kind !== 'logged_in') throw problemOf(result)
        return reply.code(201).send({
          token: result.token,
          expires_at: new Date(result.expiresAtMs).toISOString(),
          account: showAccount(result.account),
          is_new_account: result.isNew,
        })
      },
    )
  }
}

/** What somebody who tries codes gets; a WeChat that is down must not lock an office out. */
function isGuess(result: LogInResult): boolean {
  if (result.kind === 'refused') return /^login_code_/.test(result.advice.registryCode ?? '')
  return result.kind === 'code_used' || result.kind === 'unknown_app'
}

function problemOf(result: Exclude<LogInResult, { kind: 'logged_in' }>): Problem {
  switch (result.kind) {
    case 'code_used':
      return new Problem('login_code_used')
    case 'disabled':
      return new Problem('login_blocked')
    case 'unknown_app':
      return new Problem('invalid_request', { errors: [{ field: 'appid', message: unknownApp }] })
    case 'refused':
      return refusalProblem(result.advice)
    case 'silence':
      return silenceProblem()
  }
}

const unknownApp = {
  en: 'is not a mini program of this server; leave it out or send one that is configured',
  zh: '不是本服务配置的小程序；请去掉，或填写已配置的 appid',
}
