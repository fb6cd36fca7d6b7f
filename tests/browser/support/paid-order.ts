import { Http } from '../../support/http.ts'
import { until } from '../../support/pair.ts'
import type { Pair } from './pair.ts'

/** Somebody logs in, orders the first thing of the shop and pays it; `key` is the order's. */
export async function paidOrder(pair: Pair, key: string): Promise<void> {
  const server = new Http(pair.serverUrl)
  const simulator = new Http(pair.simulatorUrl)
  const { code } = (await simulator.post('/_sim/login', {})).json
  const { token } = (await server.post('/v1/sessions', { code })).json
  const mine = { authorization: `Bearer ${token}` }
  const [product] = (await server.get('/v1/products')).json.data
  const items = [{ product_id: product.id, quantity: 1 }]
  const order = await server.post('/v1/orders', { items }, { ...mine, 'idempotency-key': key })
  const { payment } = (await server.post(`/v1/orders/${order.json.id}/pay`, {}, mine)).json
  await simulator.post('/_sim/cashier', { ...payment, action: 'pay' })
  const look = async () => (await server.get(`/v1/orders/${order.json.id}`, mine)).json
  await until(look, ({ status }) => status === 'paid')
}
