import { parseDone, parseShippingOrder, parseTradeManaged } from '@minitill/protocol/model'
import type { WechatServices } from '../../ports/index.ts'
import { type Ask, refused } from './index.ts'

const orders = '/wxa/sec/order'

/** The calls of shipping information management and of subscribe messages. */
export function serviceCalls(ask: Ask): WechatServices {
  const post = <T>(
    about: { name: string; path: string; point: string },
    accessToken: string,
    body: string,
    read: (json: unknown) => T,
  ) => ask({ ...about, method: 'POST', query: { access_token: accessToken }, body }, read)
  return {
    uploadShipping: (accessToken, body) => {
      const path = `${orders}/upload_shipping_info`
      const point = 'upload-shipment/upload/sent-no-answer'
      return post({ name: 'upload_shipping_info', path, point }, accessToken, body, readDone)
    },
    shippingOrder: (accessToken, transactionId) => {
      const path = `${orders}/get_order`
      const point = 'look-at-shipping/ask/sent-no-answer'
      const body = JSON.stringify({ transaction_id: transactionId })
      return post({ name: 'get_order', path, point }, accessToken, body, readOrder)
    },
    tradeManaged: (accessToken, appid) => {
      const path = `${orders}/is_trade_managed`
      const point = 'ask-managed/ask/sent-no-answer'
      const body = JSON.stringify({ appid })
      return post({ name: 'is_trade_managed', path, point }, accessToken, body, readManaged)
    },
    sendMessage: (accessToken, body) => {
      const path = '/cgi-bin/message/subscribe/send'
      const point = 'send-message/send/sent-no-answer'
      return post({ name: 'subscribe_message_send', path, point }, accessToken, body, readDone)
    },
  }
}

function readDone(json: unknown) {
  const read = parseDone(json)
  return read.got === 'error' ? refused(read) : ({ kind: 'done' } as const)
}

function readManaged(json: unknown) {
  const read = parseTradeManaged(json)
  if (read.got === 'error') return refused(read)
  return { kind: 'managed', managed: read.is_trade_managed } as const
}

function readOrder(json: unknown) {
  const read = parseShippingOrder(json)
  if (read.got === 'error') return refused(read)
  const order = {
    state: read.order_state,
    transactionId: read.transaction_id,
    parcels: read.shipping_list.map((one) => ({
      trackingNo: one.tracking_no,
      carrier: one.express_company,
      description: one.goods_desc,
    })),
    logisticsType: read.logistics_type,
    finished: read.finish_shipping,
  }
  return { kind: 'order', order } as const
}
