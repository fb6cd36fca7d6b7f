import type { MiniAdvice } from '@minitill/protocol/model'
import { Problem } from './errors.ts'

/** WeChat's refusal of a code, in the words of its own errcode. */
export function refusalProblem(advice: MiniAdvice): Problem {
  const code = advice.registryCode ?? 'wechat_unavailable'
  // What an operator has to mend is not told to the person, only that it does not work now.
  if (advice.reaction === 'stop') return new Problem('wechat_unavailable')
  const words = { en: advice.en, zh: advice.zh }
  const errors = code === 'invalid_request' ? [{ field: 'code', message: words }] : []
  return new Problem(code, { detail: words, errors })
}

/** WeChat did not answer, so the code may be used up: a new one is needed. */
export function silenceProblem(): Problem {
  return new Problem('wechat_unavailable', {
    detail: {
      en: 'WeChat did not answer. Get a new code from WeChat and try again.',
      zh: '微信暂时没有应答，请重新获取 code 后再试。',
    },
  })
}
