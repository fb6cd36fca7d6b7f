// Open data as the client gets it: sealed with the session_key, signed with it (M24 to M26).
import { createHash } from 'node:crypto'
import { sealUserData } from '../crypto/seal.ts'
import type { World } from '../world.ts'
import { openidOf, sessionOf } from './login.ts'

export interface UserData {
  readonly rawData: string
  /** Lower-case hex SHA-1 of rawData followed by session_key. */
  readonly signature: string
  readonly encryptedData: string
  readonly iv: string
}

/** 签名: sha1(rawData + session_key). */
export function rawDataSignature(rawData: string, sessionKey: string): string {
  return createHash('sha1')
    .update(rawData + sessionKey, 'utf8')
    .digest('hex')
}

function watermark(world: World, appid: string) {
  return { timestamp: Math.floor(world.nowMs() / 1000), appid }
}

function sealed(world: World, appid: string, person: string, content: object) {
  const session = sessionOf(world, appid, person)
  if (session === null) return null
  const iv = Buffer.from(world.draw(`iv:${appid}:${person}`).bytes(16)).toString('base64')
  const plaintext = JSON.stringify({ ...content, watermark: watermark(world, appid) })
  return { encryptedData: sealUserData(plaintext, session.sessionKey, iv), iv }
}

/** What wx.getUserInfo gives today: nobody's name, the person's ids sealed. Null before a login. */
export function userData(world: World, appid: string, person: string): UserData | null {
  const session = sessionOf(world, appid, person)
  const profile = { nickName: '微信用户', gender: 0, language: '', city: '', province: '' }
  const rawData = JSON.stringify({ ...profile, country: '', avatarUrl: '' })
  const bound = world.get('apps', appid)?.openPlatform === true
  const unionId = bound ? { unionId: world.must('people', person).unionid } : {}
  const content = { openId: openidOf(world, appid, person), ...profile, country: '', ...unionId }
  const box = sealed(world, appid, person, content)
  if (session === null || box === null) return null
  return { rawData, signature: rawDataSignature(rawData, session.sessionKey), ...box }
}

/** The phone number in the older sealed form that the fast button still adds. */
export function sealedPhone(world: World, appid: string, person: string) {
  const { phone } = world.must('people', person)
  const content = { phoneNumber: phone, purePhoneNumber: phone, countryCode: '86' }
  return sealed(world, appid, person, content)
}
