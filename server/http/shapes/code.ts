import { z } from 'zod'
import { inBoth } from '../validation.ts'

/** A one-time code of WeChat: 32 characters from wx.login, 64 from the phone button. */
export const codeShape = z
  .string({
    error: inBoth('must be the code that WeChat gave, a string', '必须是微信返回的 code 字符串'),
  })
  .regex(/^[\x21-\x7e]{1,128}$/, {
    error: inBoth(
      'must be the code that WeChat gave: 1 to 128 visible characters',
      '必须是微信返回的 code（1 到 128 个可见字符）',
    ),
  })
