// Message push of several apps in one deployment: what was sealed for one is nothing to another.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadMessageAesKey, sealPush } from '../../protocol/seal/push.ts'
import { changesNothing } from '../attacks/support/nothing.ts'
import type { Reply } from '../support/http.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { type Deployment, deployThree, messageKeysOf, type Party } from '../support/parties.ts'

let pair: Pair
let deployment: Deployment

beforeAll(async () => {
  const settings = async (simulator: Parameters<typeof deployThree>[0], usual: object) => {
    deployment = await deployThree(simulator)
    return deployment.environment({ ...usual })
  }
  pair = await startPair(1, {}, { settings })
})
afterAll(async () => {
  await pair.stop()
  deployment.remove()
})

/** A genuine message of WeChat's to one app, posted at the address of another. */
async function push(sealedFor: Party, postedAt: Party, event: string): Promise<Reply> {
  const timestamp = Math.floor(pair.world.nowMs() / 1000)
  const nonce = `n${event.length}`
  const { message_token: token, message_aes_key } = messageKeysOf(sealedFor.appid)
  const keys = { token, aesKey: loadMessageAesKey(message_aes_key), appid: sealedFor.appid }
  const message = JSON.stringify({ MsgType: 'event', Event: event, CreateTime: timestamp })
  const envelope = { random: new Uint8Array(16).fill(7), timestamp, nonce }
  const { Encrypt, MsgSignature } = sealPush(keys, envelope, message)
  const query = new URLSearchParams({
    ...{ timestamp: String(timestamp), nonce, msg_signature: MsgSignature },
    encrypt_type: 'aes',
  })
  const path = `/wechat/messages/${postedAt.appid}?${query}`
  return await pair.server.post(path, { ToUserName: 'gh_1', Encrypt })
}

const stored = async () =>
  (await pair.db.query('SELECT appid, status FROM push_message ORDER BY appid')).rows

test("one app's message at another app's address is refused and changes nothing; at its own it counts", async () => {
  const event = 'wxa_trade_controlled'
  for (const [mine, other] of pairsOf(deployment.parties)) {
    const reply = await changesNothing(pair, () => push(mine, other, event))
    expect([reply.status, reply.text]).toEqual([401, 'fail'])
  }
  for (const mine of deployment.parties) {
    const reply = await push(mine, mine, event)
    expect([reply.status, reply.text]).toEqual([200, 'success'])
  }
  const all = deployment.parties.map(({ appid }) => ({ appid, status: 'applied' }))
  const byAppid = all.toSorted((a, b) => (a.appid < b.appid ? -1 : 1))
  await until(stored, (rows) => rows.every(({ status }) => status === 'applied'))
  expect(await stored()).toEqual(byAppid)
})

function pairsOf(parties: readonly Party[]): Array<readonly [Party, Party]> {
  return parties.flatMap((mine) =>
    parties.filter((one) => one !== mine).map((other) => [mine, other] as const),
  )
}
