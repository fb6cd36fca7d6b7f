// 发起异常退款 (wechat-pay.md §7.5): an abnormal refund goes to a bank card instead.
import { openField } from '../crypto/field.ts'
import { refundKey, retryAbnormal } from '../refund.ts'
import { refundView } from '../refund-view.ts'
import type { Merchant } from '../state.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { ABNORMAL_SHAPE } from './refund-schema.ts'
import { type Fields, readBody } from './schema.ts'
import { header, type MerchantContext } from './wire.ts'

const MOST_PLAIN_BYTES = 214

function param(message: string): PayAnswer {
  return refused(400, 'PARAM_ERROR', message, 268435461)
}

/** The private half of the key that Wechatpay-Serial names (R94). */
function keyNamed(merchant: Merchant, serial: string): string | null {
  if (serial === merchant.publicKey.id) return merchant.publicKey.privateKey
  return merchant.platformCertificates.find((one) => one.serialNo === serial)?.privateKey ?? null
}

type Card = { readonly account: string } | PayAnswer

/** Whose card the money goes to; a person's card needs bank, number and name, the last two sealed. */
function cardOf(context: MerchantContext, fields: Fields): Card {
  if (fields['type'] === 'MERCHANT_BANK_CARD') return { account: '商户结算银行账户' }
  const serial = header(context.request, 'wechatpay-serial')
  if (serial === '') return param('缺少HTTP头Wechatpay-Serial')
  const key = keyNamed(context.merchant, serial)
  if (key === null) return param('Wechatpay-Serial不是有效的平台证书序列号或微信支付公钥ID')
  if (typeof fields['bank_type'] !== 'string') return param('bank_type不能为空')
  const opened: string[] = []
  for (const name of ['bank_account', 'real_name']) {
    const sealed = fields[name]
    if (typeof sealed !== 'string' || sealed === '') return param(`${name}不能为空`)
    const plain = openField(sealed, key, context.world.switches.oaep_hash)
    if (plain === null || plain === '' || Buffer.byteLength(plain) > MOST_PLAIN_BYTES) {
      return param(`${name}解密失败，请确认使用了Wechatpay-Serial对应的公钥加密`)
    }
    opened.push(plain)
  }
  const [number = ''] = opened
  if (!/^\d{8,32}$/.test(number)) return param('bank_account不是有效的银行卡号')
  return { account: `${fields['bank_type'].replace('_DEBIT', '')}借记卡${number.slice(-4)}` }
}

/** POST /v3/refund/domestic/refunds/{refund_id}/apply-abnormal-refund. */
export function applyAbnormalRefund(context: MerchantContext): PayAnswer {
  const { world, merchant, params } = context
  const body = readBody(context.request.body, ABNORMAL_SHAPE)
  if (!body.ok) return body.answer
  const key = refundKey(merchant.mchid, String(body.fields['out_refund_no']))
  const refund = world.get('refunds', key)
  if (refund === undefined || refund.refundId !== params['refund_id']) {
    return refused(404, 'RESOURCE_NOT_EXISTS', '退款单不存在', 268449536)
  }
  const card = cardOf(context, body.fields)
  if ('status' in card) return card
  const trade = world.must('trades', refund.trade)
  // The same request again while the money is on its way is no second one.
  const underWay = refund.status === 'PROCESSING' && refund.channel === 'OTHER_BANKCARD'
  if (underWay) return answered(200, refundView(trade, refund))
  if (refund.status !== 'ABNORMAL') {
    return refused(400, 'INVALID_REQUEST', '退款单状态不是退款异常', 268435461)
  }
  return answered(200, refundView(trade, retryAbnormal(world, key, card.account)))
}
