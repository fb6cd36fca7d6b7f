// Bodies of the refund interfaces (§7.1, §7.5).
import { mandatory, NOTIFY_URL, type ObjectShape, text } from './pay-schema.ts'

export const OUT_REFUND_NO = /^[0-9A-Za-z_\-|*@]{1,64}$/

export const REFUND_SHAPE: ObjectShape = {
  kind: 'object',
  label: '请求',
  fields: {
    transaction_id: text('微信支付订单号', 32),
    out_trade_no: text('商户订单号', 32),
    out_refund_no: { ...mandatory('商户退款单号', 1, 64), pattern: OUT_REFUND_NO },
    reason: text('退款原因', 80),
    notify_url: { kind: 'text', label: '退款结果回调url', max: 256, pattern: NOTIFY_URL },
    funds_account: { kind: 'text', label: '退款资金来源', pattern: /^(AVAILABLE|UNSETTLED)$/ },
    amount: {
      kind: 'object',
      label: '金额信息',
      required: true,
      fields: {
        refund: { kind: 'integer', label: '退款金额', required: true, min: 1 },
        total: { kind: 'integer', label: '原订单金额', required: true, min: 1 },
        currency: { kind: 'text', label: '退款币种', required: true, pattern: /^CNY$/ },
        from: {
          kind: 'list',
          label: '退款出资账户及金额',
          item: {
            kind: 'object',
            label: '出资账户',
            fields: {
              account: { ...mandatory('出资账户类型', 1, 32), pattern: /^(UN)?AVAILABLE$/ },
              amount: { kind: 'integer', label: '出资金额', required: true, min: 1 },
            },
          },
        },
      },
    },
    goods_detail: {
      kind: 'list',
      label: '退款商品',
      item: {
        kind: 'object',
        label: '单品',
        fields: {
          merchant_goods_id: mandatory('商户侧商品编码', 1, 32),
          wechatpay_goods_id: text('微信支付商品编码', 32),
          goods_name: text('商品名称', 256),
          unit_price: { kind: 'integer', label: '商品单价', required: true },
          refund_amount: { kind: 'integer', label: '商品退款金额', required: true },
          refund_quantity: { kind: 'integer', label: '商品退货数量', required: true, min: 1 },
        },
      },
    },
  },
}

const BANKS = 'ICBC|ABC|BOC|CCB|CMB|COMM|PSBC|SPDB|CITIC|CEB|CMBC|CIB|GDB|PAB|NBCB'

export const ABNORMAL_SHAPE: ObjectShape = {
  kind: 'object',
  label: '请求',
  fields: {
    out_refund_no: { ...mandatory('商户退款单号', 1, 64), pattern: OUT_REFUND_NO },
    type: { ...mandatory('异常退款处理方式', 1, 32), pattern: /^(USER|MERCHANT)_BANK_CARD$/ },
    bank_type: { kind: 'text', label: '开户银行', max: 16, pattern: RegExp(`^(${BANKS})_DEBIT$`) },
    bank_account: text('收款银行卡号', 1024),
    real_name: text('收款用户姓名', 1024),
  },
}
