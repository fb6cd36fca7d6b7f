// Bodies of the order interfaces: wechat-pay.md §2.2 and §5 of the protocol notes.
import type { Shape } from './schema.ts'

export type ObjectShape = Shape & { kind: 'object' }

export const OUT_TRADE_NO = /^[0-9A-Za-z_\-|*]{6,32}$/

/** The validator's own expression: it takes http, and refuses query, fragment and blanks (R46). */
export const NOTIFY_URL = /^https?:\/\/([^\s/?#[\]@]+@)?([^\s/?#@:]+)(?::\d{2,5})?([^\s?#[\]]*)$/
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/

export function text(label: string, max: number): Shape {
  return { kind: 'text', label, max }
}

export function mandatory(label: string, min: number, max: number): Shape & { kind: 'text' } {
  return { kind: 'text', label, required: true, min, max }
}

const GOODS: Shape = {
  kind: 'object',
  label: '单品',
  fields: {
    merchant_goods_id: mandatory('商户侧商品编码', 1, 32),
    wechatpay_goods_id: text('微信支付商品编码', 32),
    goods_name: text('商品名称', 256),
    quantity: { kind: 'integer', label: '商品数量', required: true, min: 1 },
    unit_price: { kind: 'integer', label: '商品单价', required: true },
  },
}

const DETAIL: Shape = {
  kind: 'object',
  label: '优惠功能',
  fields: {
    cost_price: { kind: 'integer', label: '订单原价' },
    invoice_id: text('商品小票ID', 32),
    goods_detail: { kind: 'list', label: '单品列表', item: GOODS },
  },
}

function storeText(label: string, max: number, required: boolean): Shape {
  return required ? mandatory(label, 1, max) : text(label, max)
}

function sceneInfo(storeRequired: boolean): Shape {
  return {
    kind: 'object',
    label: '场景信息',
    fields: {
      payer_client_ip: {
        ...mandatory('用户终端IP', 1, 45),
        pattern: /^[0-9A-Fa-f.:]{2,45}$/,
      },
      device_id: text('商户端设备号', 32),
      store_info: {
        kind: 'object',
        label: '商户门店信息',
        fields: {
          id: mandatory('门店编号', 1, 32),
          name: storeText('门店名称', 256, storeRequired),
          area_code: storeText('地区编码', 32, storeRequired),
          address: storeText('详细地址', 512, storeRequired),
        },
      },
    },
  }
}

/** JSAPI/小程序下单. */
export function prepayShape(options: { readonly storeRequired: boolean }): ObjectShape {
  return {
    kind: 'object',
    label: '请求',
    fields: {
      appid: mandatory('公众账号ID', 1, 32),
      mchid: mandatory('商户号', 1, 32),
      description: mandatory('商品描述', 1, 127),
      out_trade_no: { ...mandatory('商户订单号', 6, 32), pattern: OUT_TRADE_NO },
      time_expire: { kind: 'text', label: '支付结束时间', max: 64, pattern: TIME },
      attach: text('商户数据包', 128),
      notify_url: { ...mandatory('商户回调地址', 1, 255), pattern: NOTIFY_URL },
      goods_tag: text('订单优惠标记', 32),
      support_fapiao: { kind: 'flag', label: '电子发票入口开放标识' },
      amount: {
        kind: 'object',
        label: '订单金额',
        required: true,
        fields: {
          total: { kind: 'integer', label: '总金额', required: true, min: 1 },
          currency: { kind: 'text', label: '货币类型', max: 16, pattern: /^CNY$/ },
        },
      },
      payer: {
        kind: 'object',
        label: '支付者信息',
        required: true,
        fields: { openid: mandatory('用户标识', 1, 128) },
      },
      detail: DETAIL,
      scene_info: sceneInfo(options.storeRequired),
      settle_info: {
        kind: 'object',
        label: '结算信息',
        fields: { profit_sharing: { kind: 'flag', label: '是否指定分账' } },
      },
      limit_pay: { kind: 'list', label: '指定支付方式', item: text('支付方式', 32) },
    },
  }
}

/** 关闭订单. */
export const CLOSE_SHAPE: ObjectShape = {
  kind: 'object',
  label: '请求',
  fields: { mchid: mandatory('商户号', 1, 32) },
}
