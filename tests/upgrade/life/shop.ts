// A shop of three merchants with everything beside it that a whole life needs.
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Accounts } from '../../support/bills.ts'
import { Carrier } from '../../support/carrier.ts'
import { Http } from '../../support/http.ts'
import { approverKey, type Pair, startPair } from '../../support/pair.ts'
import { type Deployment, deployThree, messageKeysOf } from '../../support/parties.ts'
import { Shopper } from '../../support/shopper.ts'
import { Till } from '../../support/till.ts'
import { Voice } from '../../support/voice.ts'
import { Wechat } from '../../support/wechat.ts'

/**
 * When it is: far ahead, so that the clock of a kept release, which only goes forward, stands where
 * its life ended, however much later somebody takes it up.
 */
const begins = '2090-03-06T09:00:00+08:00'

export interface Shop {
  readonly pair: Pair
  readonly deployment: Deployment
  /** WeChat's voice, for what it says by mistake. */
  readonly voice: Voice
  readonly person: Shopper
  readonly till: Till
  /** The second person of the shop, who answers what the first one asked for. */
  readonly second: Till
  readonly wechat: Wechat
  readonly carrier: Carrier
  readonly accounts: Accounts
  /** An address of the merchant's own system, which answers this status. */
  hook(status: number): string
  close(): Promise<void>
}

/** Opens the shop: one server, a simulated WeChat, and the merchant's own system. */
export async function openShop(): Promise<Shop> {
  let deployment: Deployment | null = null
  const pair = await startPair(
    1,
    { MINITILL_APPROVE_REFUNDS_FROM: '10000', MINITILL_APPROVER_KEY: approverKey },
    {
      settings: async (simulator, usual) => {
        await set(simulator.url)
        deployment = await deployThree(simulator)
        await withTemplates(deployment, simulator.url)
        return deployment.environment(usual)
      },
    },
  )
  const receiver = await listening()
  const till = new Till(pair)
  const wechat = new Wechat(pair)
  await receivePushes(pair)
  return {
    pair,
    deployment: opened(deployment),
    voice: await Voice.learn(pair),
    till,
    second: new Till(pair, approverKey),
    wechat,
    person: await Shopper.arrive(pair, 100_000_000),
    carrier: new Carrier(pair),
    accounts: new Accounts(pair, till, wechat),
    hook: (status) =>
      `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks/${status}`,
    close: async () => {
      await pair.stop()
      receiver.closeAllConnections()
      receiver.close()
      opened(deployment).remove()
    },
  }
}

function opened(deployment: Deployment | null): Deployment {
  if (deployment === null) throw new Error('the shop did not open')
  return deployment
}

async function set(simulator: string): Promise<void> {
  const { status, text } = await new Http(simulator).post('/_sim/clock', { set: begins })
  if (status !== 200) throw new Error(`the clock stands still: ${text}`)
}

const templates = {
  paid: { template_id: 'paidTemplate01', data: { thing1: '{items}', amount2: '{total}' } },
  shipped: { template_id: 'shippedTemplate1', data: { thing1: '{items}' } },
  refunded: { template_id: 'refundTemplate01', data: { amount1: '{refund_amount}' } },
}
/** The templates that a person allows once. */
export const templateIds = Object.values(templates).map(({ template_id }) => template_id)

/** The first app tells people of payments, parcels and refunds. */
async function withTemplates({ file }: Deployment, simulator: string): Promise<void> {
  const { apps, merchants } = JSON.parse(readFileSync(file, 'utf8'))
  const [first, ...others] = apps
  const own = { ...first, subscribe_messages: templates }
  writeFileSync(file, JSON.stringify({ apps: [own, ...others], merchants }))
  for (const { template_id, data } of Object.values(templates)) {
    const fields = Object.keys(data).map((key) => ({ key, label: key }))
    const body = { template_id, title: '通知', fields }
    const { status, text } = await new Http(simulator).post('/_sim/templates', body)
    if (status !== 201) throw new Error(text)
  }
}

/** Answers the status that its address names. */
async function listening(): Promise<Server> {
  const server = createServer((request, reply) => {
    const status = Number(request.url?.split('/').at(-1))
    request.resume().on('end', () => reply.writeHead(status).end())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return server
}

/** WeChat tells the first app what became of its parcels. */
async function receivePushes(pair: Pair): Promise<void> {
  const { appid, app_secret: secret } = pair.credentials
  const registered = await pair.simulator.post('/_sim/apps', {
    ...{ appid, secret, ...messageKeysOf(appid) },
    message_url: `${pair.server.url}/wechat/messages/${appid}`,
    message_format: 'json',
    message_mode: 'safe',
  })
  if (registered.json.message_url?.ok !== true) throw new Error(registered.text)
}
