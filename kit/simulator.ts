import type { Desk } from './desk.ts'
import { callHttp } from './http.ts'
import { bad, fieldsOf } from './parse.ts'
import type { Ports } from './ports.ts'
import { callbackOf } from './wx.ts'

// Action of the control API → what the sheet shows.
const choices = {
  pay: '支付',
  cancel: '取消',
  wrong_password: '密码错误',
  insufficient_balance: '余额不足',
  leave: '离开',
  pay_and_leave: '支付并离开',
}

/**
 * For WeChat DevTools without an account: code, phone code and cashier from a simulator's control
 * API. Null unless an address is given and the mini program runs in envVersion develop, so that no
 * released mini program can ever take a login from there.
 */
export function simulatorDesk(
  ports: Ports,
  address: string | undefined,
  appid: string | undefined,
): Omit<Desk, 'ask'> | null {
  const { wx } = ports
  if (!address || wx.getAccountInfoSync().miniProgram.envVersion !== 'develop') return null
  const post = async (path: string, data: object) => {
    const url = `${address.replace(/\/+$/, '')}/_sim/${path}`
    return fieldsOf(await callHttp(ports, { method: 'POST', url, data: { ...data, appid } }))
  }
  const code = async (path: string) => {
    const { code: text } = await post(path, {})
    if (typeof text === 'string') return text
    throw bad(path)
  }
  return {
    loginCode: () => code('login'),
    phoneCode: () => code('phone-code'),
    async cashier(callUp) {
      const action = await new Promise((resolve) => {
        wx.showActionSheet({
          itemList: Object.values(choices),
          success: ({ tapIndex }) => resolve(Object.keys(choices)[tapIndex]),
          fail: () => resolve('cancel'),
        })
      })
      const { errMsg } = await post('cashier', { ...callUp, action })
      return callbackOf(typeof errMsg === 'string' ? errMsg : null)
    },
  }
}
