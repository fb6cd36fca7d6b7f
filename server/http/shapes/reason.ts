import { z } from 'zod'
import { inBoth } from '../validation.ts'

/** A reason that a person gives: one line, not blank, at most so many bytes of UTF-8. */
export const reasonOf = (mostBytes: number) =>
  z
    .string()
    .min(1)
    .refine((text) => text.trim() !== '' && !/[\p{Cc}\p{Cs}]/u.test(text), {
      error: inBoth('must not be blank or hold control characters', '不能为空白或含有控制字符'),
    })
    .refine((text) => Buffer.byteLength(text) <= mostBytes, {
      error: inBoth(
        `must have at most ${mostBytes} bytes of UTF-8 (a Chinese character has 3)`,
        `长度至多 ${mostBytes} 字节（UTF-8，一个汉字占 3 字节）`,
      ),
    })
