import { beforeEach, expect, it } from 'vitest'
import type { Seed } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'
import { type MiniServer, miniServer } from '../testing/mini.ts'

let box: Box
let seed: Seed | undefined
let mini: MiniServer

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  mini = miniServer(box)
})

it('who paid is told for five minutes, by either number, to a bound mini program', async () => {
  const id = await mini.paid('unionid-1')
  const ask = async (more: Record<string, string>) => {
    const query = new URLSearchParams({ openid: box.openid, ...more })
    return mini.get(`/wxa/getpaidunionid?${query}`)
  }
  const { unionid } = box.wechat.world.must('people', box.wechat.world.meta.defaultPerson)
  expect(await ask({ transaction_id: id })).toEqual({ errcode: 0, errmsg: 'ok', unionid })
  const { mchid, appid } = box.seed.credentials
  const own = { mch_id: mchid, out_trade_no: 'unionid-1' }
  expect(await ask(own)).toMatchObject({ errcode: 0, unionid })
  expect(await ask({ ...own, openid: 'oNobody' })).toMatchObject({ errcode: 40003 })
  expect(await ask({ transaction_id: '4200none' })).toMatchObject({ errcode: 89300 })
  const { world } = box.wechat
  world.put('apps', appid, { ...world.must('apps', appid), openPlatform: false })
  expect(await ask(own)).toMatchObject({ errcode: 89002 })
  world.put('apps', appid, { ...world.must('apps', appid), openPlatform: true })
  await mini.walk(5 * 60_000)
  expect(await ask(own)).toMatchObject({ errcode: 89300 })
})
