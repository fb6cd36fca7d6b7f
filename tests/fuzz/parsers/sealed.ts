// What WeChat seals for a mini program: message pushes in safe mode, and data for its client.
import { createCipheriv } from 'node:crypto'
import {
  loadMessageAesKey,
  openPush,
  openUserData,
  pushSignature,
  sealPush,
} from '@minitill/protocol'
import { type Input, must, type Parser, textOf } from '../core/parser.ts'
import { letters } from '../core/texts.ts'
import { anyJson, damagedJson, type Json, jsonText } from '../core/values.ts'

const pushKeys = {
  token: 'token',
  aesKey: loadMessageAesKey('abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'),
  appid: 'wxd678efh567hg6787',
}
const pushRandom = Buffer.from('0123456789abcdef')

export const push: Parser = {
  name: 'push',
  good: [{ message: '<xml><Event>x</Event></xml>', damage: null }],
  make: (chance) => ({
    message: jsonText(chance, anyJson(chance)),
    damage: chance.oneIn(2) ? null : letters(chance, chance.between(0, 60), 'ABCabc012+/=-'),
    at: chance.below(100),
    signed: chance.oneIn(2),
  }),
  feed: (input) => {
    const { message = '', damage = null, at = 0, signed = false } = fieldsOf(input)
    const text = textOf(message)
    const sealed = sealPush(pushKeys, { random: pushRandom, timestamp: 1, nonce: 'n' }, text)
    const where = typeof at === 'number' ? Math.trunc(Math.abs(at)) : 0
    const whole = sealed.Encrypt
    const encrypt =
      damage === null ? whole : whole.slice(0, where) + textOf(damage) + whole.slice(where + 4)
    // Damaged before it was signed: only somebody who knows the token could do that.
    const anew = signed === true
    const msg_signature = anew
      ? pushSignature(pushKeys.token, '1', 'n', encrypt)
      : sealed.MsgSignature
    const query = { timestamp: '1', nonce: 'n', msg_signature }
    const opened = openPush(pushKeys, query, encrypt)
    if (!opened.ok) return opened.reason
    if (anew) return 'accepted, signed anew'
    must(encrypt === whole, 'only what was sealed is opened')
    must(opened.message === Buffer.from(text).toString(), 'the sealed text and no other')
    return 'accepted'
  },
}

const fieldsOf = (input: Input): Record<string, Json> =>
  typeof input === 'object' && input !== null && !Array.isArray(input) ? input : { message: input }

const sessionKey = Buffer.alloc(16, 7)
const iv = Buffer.alloc(16, 9)

export const userData: Parser = {
  name: 'user-data',
  good: [{ message: '{"watermark":{"appid":"wxd678efh567hg6787","timestamp":1700000000}}' }],
  make: (chance) => ({
    message: jsonText(
      chance,
      damagedJson(chance, {
        openId: 'o',
        watermark: { appid: 'wxd678efh567hg6787', timestamp: 1_700_000_000 },
      }),
    ),
    iv: chance.oneIn(4) ? letters(chance, 24, 'ABCab12+/=') : iv.toString('base64'),
    damage: chance.oneIn(4) ? letters(chance, 8) : null,
  }),
  feed: (input) => {
    const { message = '', damage = null, iv: given = iv.toString('base64') } = fieldsOf(input)
    const cipher = createCipheriv('aes-128-cbc', sessionKey, iv)
    const sealed = Buffer.concat([cipher.update(textOf(message)), cipher.final()]).toString(
      'base64',
    )
    const { appid } = pushKeys
    const encryptedData = damage === null ? sealed : textOf(damage) + sealed.slice(8)
    const sessionText = sessionKey.toString('base64')
    const opened = openUserData({
      sessionKey: sessionText,
      iv: textOf(given),
      encryptedData,
      appid,
    })
    if (!opened.ok) return opened.reason
    must(opened.watermark.appid === appid, 'only what is for our app')
    return 'accepted'
  },
}
