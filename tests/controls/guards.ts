// The guards that stand between an attack and the money, each with what the code is without it. The
// lane `controls` builds the product with these switches in it; nothing else ever does.

export interface Guard {
  /** The switch, by the attack that it stops; an attack can have several guards. */
  readonly attack: string
  readonly file: string
  /** The code as it is; it must stand there exactly once, so that a guard that moved is noticed. */
  readonly guard: string
  /** The same with the switch: `off('A-n')` is true while the guard is taken away. */
  readonly weak: string
}

export const guards: readonly Guard[] = [
  {
    attack: 'A-17',
    file: 'server/http/app/create-order/route.ts',
    guard: '      z.strictObject({\n        product_id',
    weak: '      z.looseObject({\n        product_id',
  },
  {
    attack: 'A-17',
    file: 'server/http/app/create-order/route.ts',
    guard: 'request.body.items.map(({ product_id: productId, quantity }) => ({',
    weak:
      'request.body.items.map(({ product_id: productId, quantity, price }) => ({\n' +
      "          ...(off('A-17') ? { price } : {}),",
  },
  {
    attack: 'A-17',
    file: 'server/domain/price-order.ts',
    guard: 'const product = products.find((p) => p.id === productId && p.active)',
    weak:
      'const found = products.find((p) => p.id === productId && p.active)\n' +
      "    const product = off('A-17') ? { ...found, priceFen: lines[index].price } : found",
  },
  {
    attack: 'A-20',
    file: 'server/http/admin/put-product/route.ts',
    guard: 'price: z.int().min(1)',
    weak: "price: z.int().min(0).refine((price) => price >= 1 || off('A-20'))",
  },
  {
    attack: 'A-21',
    file: 'server/store/idempotency.ts',
    guard: 'return claimed ? null : await find(scope, key)',
    weak: "return claimed || off('A-21') ? null : await find(scope, key)",
  },
  {
    attack: 'A-27',
    file: 'server/flows/ask-wechat.ts',
    guard:
      "if (answer.got === 'silence' || answer.value.kind === 'refused') return { kind: 'silence' }\n  const { transaction } = answer.value",
    weak:
      "if (answer.got === 'silence' || answer.value.kind === 'refused') return { kind: 'silence' }\n" +
      "  const paid = { trade_state: 'SUCCESS', transaction_id: '4200' + payment.id.slice(-20), amount: { total: payment.amountFen, currency: 'CNY' } }\n" +
      "  const transaction = off('A-27') ? { ...answer.value.transaction, ...paid } : answer.value.transaction",
  },
  {
    attack: 'A-31',
    file: 'server/http/app/create-order/route.ts',
    guard: 'const body = z.strictObject({\n  items: z',
    weak: 'const body = z.looseObject({\n  items: z',
  },
  {
    attack: 'A-31',
    file: 'server/http/app/create-order/route.ts',
    guard: 'openid: identity.openid,',
    weak: "openid: off('A-31') ? request.body.openid : identity.openid,",
  },
  {
    attack: 'A-34',
    file: 'server/flows/ask-prepay.ts',
    guard: '  const { mchid, outTradeNo, requestBody: body } = payment\n',
    weak:
      '  const { mchid, outTradeNo, requestBody } = payment\n' +
      "  const [product] = off('A-34') ? await ports.store.read.products.byIds(['cup']) : []\n" +
      '  const body = product ? requestBody.replace(/"total":\\d+/, \'"total":\' + product.priceFen) : requestBody\n',
  },
  {
    attack: 'A-35',
    file: 'protocol/sign/message.ts',
    guard: '  const values: string[] = []',
    weak:
      "  if (off('A-35')) return { ok: true, serial: keys.all()[0].serial }\n" +
      '  const values: string[] = []',
  },
  {
    attack: 'A-36',
    file: 'protocol/sign/message.ts',
    guard: 'if (!verifyBytes(key.key, text, signature))',
    weak: "if (!off('A-36') && !verifyBytes(key.key, text, signature))",
  },
  {
    attack: 'A-45',
    file: 'protocol/notify.ts',
    guard: '  const envelope = attempt(',
    weak:
      "  if (off('A-45')) return { ok: true, notification: { kind: 'transaction', id: 'a-45', event_type: 'TRANSACTION.SUCCESS', original_type: 'transaction', create_time: '', serial: check.serial, plaintext: decodeUtf8(message.body), transaction: parseTransaction(value) } }\n" +
      '  const envelope = attempt(',
  },
  {
    attack: 'A-46',
    file: 'server/domain/sort-notice.ts',
    guard: 'const ours = transaction.mchid',
    weak: "const ours = off('A-46') || transaction.mchid",
  },
  {
    attack: 'A-46',
    file: 'server/domain/decide-payment.ts',
    guard: "if (!sameParty) return 'wrong_party'",
    weak: "if (!sameParty && !off('A-46')) return 'wrong_party'",
  },
  {
    attack: 'A-47',
    file: 'server/domain/decide-payment.ts',
    guard: "if (!sameAmount) return 'wrong_amount'",
    weak: "if (!sameAmount && !off('A-47') && !off('A-34')) return 'wrong_amount'",
  },
  {
    attack: 'A-48',
    file: 'protocol/model/payment.ts',
    guard: "  return transaction.trade_state === 'SUCCESS' ||",
    weak: "  return off('A-48') || transaction.trade_state === 'SUCCESS' ||",
  },
  {
    attack: 'A-49',
    file: 'server/flows/apply-notification.ts',
    guard: '      : await parkUnknown(tx, ports, message.mchid, transaction)',
    weak: "      : off('A-49') ? 'applied' : await parkUnknown(tx, ports, message.mchid, transaction)",
  },
  {
    attack: 'A-50',
    file: 'server/domain/sort-notice.ts',
    guard: "const saysPayment = eventType.startsWith('TRANSACTION.')",
    weak: "const saysPayment = off('A-50') || eventType.startsWith('TRANSACTION.')",
  },
  {
    attack: 'A-51',
    file: 'server/adapters/wechat-pay/index.ts',
    guard: 'open: (mchid, raw) => openNotice(ringOf(mchid), raw, parts.clock.now())',
    weak:
      'open: async (mchid, raw) => {\n' +
      "      const keys = off('A-51') ? [...rings.values()] : [ringOf(mchid)]\n" +
      '      const tried = keys.map((ring) => openNotice(ring, raw, parts.clock.now()))\n' +
      '      const all = await Promise.all(tried)\n' +
      '      return all.find(({ ok }) => ok) ?? all[0]\n' +
      '    }',
  },
  {
    attack: 'A-57',
    file: 'server/domain/decide-payment.ts',
    guard: 'const step = paymentTable[known.payment.status][finding]',
    weak:
      "const waiting = off('A-57') && known.payment.status === 'frozen'\n" +
      "  const again = off('A-43') && known.payment.status === 'paid'\n" +
      "  const step = waiting ? {} : paymentTable[again ? 'prepaid' : known.payment.status][finding]",
  },
  {
    attack: 'A-58',
    file: 'server/adapters/wechat-pay/calls.ts',
    guard: 'if (transaction.mchid !== mchid || transaction.out_trade_no !== no) return null',
    weak:
      "if (off('A-58')) return { kind: 'transaction', transaction: { ...transaction, mchid, out_trade_no: no } }\n" +
      '    if (transaction.mchid !== mchid || transaction.out_trade_no !== no) return null',
  },
  {
    attack: 'A-59',
    file: 'protocol/client.ts',
    guard: '  if (check.ok) return { got',
    weak: "  if (check.ok || off('A-59')) return { got",
  },
  {
    attack: 'A-60',
    file: 'server/flows/close-order.ts',
    guard: "if (answer?.kind === 'closed') {",
    weak: "if (answer?.kind === 'closed' || (off('A-60') && answer?.code === 'ORDER_CLOSED')) {",
  },
  {
    attack: 'A-64',
    file: 'server/adapters/wechat-pay/bill-file.ts',
    guard: '!weighed.hashes.includes(hash)',
    weak: "(!weighed.hashes.includes(hash) && !off('A-64'))",
  },
  {
    attack: 'A-64',
    file: 'protocol/model/bill/table.ts',
    guard: 'if (told.mills(...names) !== this.#sums[nth])',
    weak: "if (told.mills(...names) !== this.#sums[nth] && !off('A-64'))",
  },
  {
    attack: 'A-66',
    file: 'server/domain/freeze-refund.ts',
    guard: 'if (receipt.reservedFen + asked.amountFen > receipt.totalFen) return',
    weak: "if (!off('A-66') && receipt.reservedFen + asked.amountFen > receipt.totalFen) return",
  },
  {
    attack: 'A-68',
    file: 'server/flows/send-refund.ts',
    guard: 'await ports.wechatPay.refund({ mchid, outRefundNo, body: requestBody }),',
    weak: "await ports.wechatPay.refund({ mchid, outRefundNo, body: off('A-68') ? requestBody.replace(outRefundNo, outRefundNo.slice(0, -2) + turn.refund.sentCount + 'x') : requestBody }),",
  },
  {
    attack: 'A-71',
    file: 'server/domain/approve-refund.ts',
    guard: "return refund.requestedBy === operator ? 'own_refund' : null",
    weak: "return refund.requestedBy === operator && !off('A-71') ? 'own_refund' : null",
  },
  {
    attack: 'A-72',
    file: 'server/domain/decide-refund.ts',
    guard: "if (!isSame) return 'differs'",
    weak: "if (!isSame && !off('A-72')) return 'differs'",
  },
  {
    attack: 'A-84',
    file: 'server/config.ts',
    guard: "if (env === 'production') refuseMarks(",
    weak: "if (env === 'production' && !off('A-84')) refuseMarks(",
  },
]
