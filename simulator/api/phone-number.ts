import { CODE_LIFE_MS, openidOf } from '../phone/login.ts'
import { type MiniAnswer, miniBody, miniError } from './mini-answer.ts'
import { isApp, tokenHolder } from './token.ts'
import type { Context } from './wire.ts'

/** POST /wxa/business/getuserphonenumber (手机号快速验证). A code of wx.login does not do here. */
export function phoneNumber(context: Context): MiniAnswer {
  const { world, nowMs } = context
  if (context.request.method !== 'POST') return miniError(world, 43002)
  const app = tokenHolder(context)
  if (!isApp(app)) return app
  if (context.request.body.length === 0) return miniError(world, 44002)
  const body = miniBody(context)
  const [name, openid] = [body?.['code'], body?.['openid']]
  const badOpenid = openid !== undefined && typeof openid !== 'string'
  if (typeof name !== 'string' || badOpenid) return miniError(world, 47001)
  const code = world.get('phoneCodes', name)
  if (code === undefined || code.usedAtMs !== null) return miniError(world, 40029)
  if (nowMs - code.createdAtMs >= CODE_LIFE_MS) return miniError(world, 40029)
  if (code.appid !== app.appid) return miniError(world, 40013)
  if (openid !== undefined && openid !== openidOf(world, app.appid, code.person)) {
    return miniError(world, 40003)
  }
  world.put('phoneCodes', name, { ...code, usedAtMs: nowMs })
  const { phone } = world.must('people', code.person)
  return {
    errcode: 0,
    errmsg: 'ok',
    phone_info: {
      phoneNumber: phone,
      purePhoneNumber: phone,
      countryCode: '86',
      watermark: { timestamp: Math.floor(nowMs / 1000), appid: app.appid },
    },
  }
}
