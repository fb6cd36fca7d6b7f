// The shop in which the stories happen: three merchants and apps, as a big deployment has them, with
// a catalogue to import, pushed messages, subscribe messages and late money that ends by itself.
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { Accounts } from '../support/bills.ts'
import { Carrier } from '../support/carrier.ts'
import { type Deployment, deployThree, messageKeysOf } from '../support/parties.ts'
import { Shopper } from '../support/shopper.ts'
import { Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { House } from './house.ts'
import type { Stage } from './stage.ts'
import { messages, subscribe } from './stories/shipping.ts'

export interface Shop {
  readonly house: House
  readonly wechat: Wechat
  /** A stage with a person who has just come. */
  stage(point: string): Promise<Stage>
  close(): Promise<void>
}

const poster = { id: 'poster', name: 'Poster', description: '', price: 100, stock: 5 }

export async function openShop(): Promise<Shop> {
  const receiver = await openReceiver()
  let deployment: Deployment | null = null
  const house = await House.open(async (simulator, usual) => {
    const { appid, mchid } = simulator.credentials
    deployment = await deployThree(simulator, {
      [appid]: { subscribe_messages: messages },
      [mchid]: { late_money: 'revive_or_refund' },
    })
    const catalogue = join(dirname(deployment.file), 'catalogue.json')
    writeFileSync(catalogue, JSON.stringify([poster]))
    return { ...deployment.environment(usual), MINITILL_CATALOGUE: catalogue }
  })
  const till = new Till(house.pair)
  const wechat = new Wechat(house.pair)
  const accounts = new Accounts(house.pair, till, wechat)
  const carrier = new Carrier(house.pair)
  await subscribe({ house }, messageKeysOf(house.pair.credentials.appid))
  await till.post('/webhook-endpoints', { url: receiver.hooks, events: ['order.paid'] })
  return {
    house,
    wechat,
    stage: async (point) => {
      const person = await Shopper.arrive(house.pair, 100_000_000)
      return { house, person, till, wechat, accounts, carrier, hooks: receiver.hooks, point }
    },
    close: async () => {
      await house.pair.stop()
      receiver.close()
      deployment?.remove()
    },
  }
}

/** The merchant's own system, which takes every event. */
async function openReceiver(): Promise<{ readonly hooks: string; close(): void }> {
  const server = createServer((request, reply) => {
    request.resume().on('end', () => reply.writeHead(204).end())
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  return {
    hooks: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
