import { type Appid, type MiniApi, miniAdvice } from '@minitill/protocol/model'
import type { Answer, Ports } from '../ports/index.ts'
import { type SharedToken, sharedToken } from './keep-token.ts'

export type Refused = { readonly kind: 'refused'; readonly errcode: number }

/** WeChat's word to a call that needs the app's token; `token` says that it was about the token. */
export type MiniAnswer<T> =
  | { readonly got: 'answer'; readonly value: T }
  | { readonly got: 'refused'; readonly errcode: number; readonly about: 'call' | 'token' }
  | { readonly got: 'silence' }

interface Question<T> {
  readonly appid: Appid
  readonly api: MiniApi
  readonly ask: (accessToken: string) => Promise<Answer<T | Refused>>
}

/** Calls api.weixin.qq.com with the app's shared token. */
export async function miniCall<T extends { readonly kind: string }>(
  ports: Ports,
  question: Question<T>,
): Promise<MiniAnswer<T>> {
  const token = await sharedToken(ports, question.appid)
  if (token.kind === 'silence') return { got: 'silence' }
  if (token.kind === 'refused') return { got: 'refused', errcode: token.errcode, about: 'token' }
  return await askRenewing(ports, question, token)
}

/** A token that WeChat rejects is renewed once, and the question repeated once. */
export async function askRenewing<T extends { readonly kind: string }>(
  ports: Ports,
  { appid, api, ask }: Question<T>,
  token: SharedToken,
): Promise<MiniAnswer<T>> {
  const first = read(await ask(token.accessToken))
  const isTokenDead = first.got === 'refused' && miniAdvice(api, first.errcode).refreshToken
  if (!isTokenDead) return first
  const renewed = await sharedToken(ports, appid, token.version)
  if (renewed.kind === 'silence') return { got: 'silence' }
  if (renewed.kind === 'refused') {
    return { got: 'refused', errcode: renewed.errcode, about: 'token' }
  }
  return read(await ask(renewed.accessToken))
}

function read<T extends { readonly kind: string }>(answer: Answer<T | Refused>): MiniAnswer<T> {
  if (answer.got === 'silence') return { got: 'silence' }
  const { value } = answer
  if (value.kind !== 'refused') return { got: 'answer', value: value as T }
  return { got: 'refused', errcode: (value as Refused).errcode, about: 'call' }
}
