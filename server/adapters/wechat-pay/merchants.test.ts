import { generateKeyPairSync } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openMerchant } from '@minitill/protocol'
import { instant, parseMchid, parseOutTradeNo } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { until } from '../../../tests/support/pair.ts'
import { noPoints } from '../points/index.ts'
import { systemRandom } from '../random/index.ts'
import { openWechatPay } from './index.ts'

const [hit, well] = [parseMchid('1900000001'), parseMchid('1900000002')]
const no = parseOutTradeNo('MT0000000001')

function merchant(mchid: string) {
  const [own, theirs] = [1, 2].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }))
  const check = openMerchant({
    ...{ mchid, serial_no: 'A'.repeat(40), apiv3_key: 'k'.repeat(32) },
    private_key: own?.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() ?? '',
    public_key_id: 'PUB_KEY_ID_0114232134912410000000000000',
    public_key: theirs?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? '',
  })
  if (!check.ok) throw new Error(check.problems.join())
  return check.merchant
}

/** A WeChat that never answers one merchant; what it heard of each. */
async function deafTo(mchid: string): Promise<{ server: Server; heard: Map<string, number> }> {
  const heard = new Map<string, number>()
  const server = createServer((request, reply) => {
    const from = /mchid="(\d+)"/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    heard.set(from, (heard.get(from) ?? 0) + 1)
    if (from !== mchid) reply.writeHead(500).end()
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return { server, heard }
}

test('calls of one merchant that hang leave the other its connections', async () => {
  const { server, heard } = await deafTo(hit)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const { wechatPay, close } = openWechatPay(
    {
      origins: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`],
      merchants: [merchant(hit), merchant(well)],
      ...{ userAgent: 'test', spoolDir: '/nonexistent' },
    },
    {
      clock: { now: () => instant(1_800_000_000_000), sleep: async () => {} },
      ...{ random: systemRandom(), points: noPoints, log, meter: { count: () => {} } },
      store: { platformKeys: { all: async () => [] } } as never,
    },
  )
  try {
    // More than there are connections.
    let ended = 0
    const ask = async () => {
      await wechatPay.query(hit, no)
      ended += 1
    }
    const stuck = Array.from({ length: 200 }, ask)
    await until(
      async () => heard.get(hit) ?? 0,
      (count) => count >= 64,
    )
    await wechatPay.query(well, no)
    expect([(heard.get(well) ?? 0) > 0, ended]).toEqual([true, 0])
    await close()
    await Promise.all(stuck)
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
