// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of templates, not templates
import type { Bug } from '../bug.ts'

/** Prices, stock and idempotency keys. */
export const orderBugs: readonly Bug[] = [
  {
    name: 'price-from-the-client',
    area: 'order',
    promise: 'I-6',
    kind: 'gross',
    says: 'A price in the request wins over the one of the catalogue.',
    near: ['order-input', 'pay.test'],
    edits: [
      {
        file: 'server/http/app/create-order/route.ts',
        find: '        quantity: z.int().min(1).max(mostQuantity),\n',
        replace:
          '        quantity: z.int().min(1).max(mostQuantity),\n        price: z.int().min(1).optional(),\n',
      },
      {
        file: 'server/http/app/create-order/route.ts',
        find: 'const lines = request.body.items.map(({ product_id: productId, quantity }) => ({\n',
        replace:
          'const lines = request.body.items.map(({ product_id: productId, quantity, price }) => ({\n          price,\n',
      },
      {
        file: 'server/domain/price-order.ts',
        find: 'export interface OrderLine {\n',
        replace: 'export interface OrderLine {\n  readonly price?: number | undefined\n',
      },
      {
        file: 'server/domain/price-order.ts',
        find: 'const { name, priceFen: unitPriceFen } = product\n',
        replace:
          'const { name } = product\n    const unitPriceFen = fen(lines[index]?.price ?? product.priceFen)\n',
      },
      {
        file: 'server/domain/price-order.ts',
        find: 'timesFen(product.priceFen, quantity)',
        replace: 'timesFen(fen(lines[index]?.price ?? product.priceFen), quantity)',
      },
    ],
  },
  {
    name: 'only-the-last-line-is-paid',
    area: 'order',
    promise: 'I-6',
    kind: 'gross',
    says: 'The total counts the last line only.',
    near: ['pay.test', 'orders'],
    edits: [
      {
        file: 'server/domain/price-order.ts',
        find: '    totalFen = addFen(totalFen, amountFen)\n',
        replace: '    totalFen = addFen(fen(0), amountFen)\n',
      },
    ],
  },
  {
    name: 'shelf-not-locked',
    area: 'order',
    promise: 'I-19',
    kind: 'subtle',
    says: 'Products are read without a lock when an order is placed.',
    near: ['orders', 'pay.test'],
    edits: [
      {
        file: 'server/store/products.ts',
        find: "      return (await query.orderBy('id').forUpdate().execute()).map(product)\n",
        replace: "      return (await query.orderBy('id').execute()).map(product)\n",
      },
    ],
  },
  {
    name: 'last-piece-sold-twice',
    area: 'order',
    promise: 'I-19',
    kind: 'subtle',
    says: 'Stock is taken without looking whether it is there, and kept from going below zero.',
    near: ['orders', 'pay.test'],
    edits: [
      {
        file: 'server/store/products.ts',
        find: "      return (await query.orderBy('id').forUpdate().execute()).map(product)\n",
        replace: "      return (await query.orderBy('id').execute()).map(product)\n",
      },
      {
        file: 'server/store/products.ts',
        find: ".set((e) => ({ stock: e('stock', '-', quantity) }))\n        .where('id', '=', productId)\n        .where((e) => e.or([e('stock', 'is', null), e('stock', '>=', quantity)]))",
        replace:
          ".set({ stock: sql<number>`greatest(stock - ${quantity}, 0)` })\n        .where('id', '=', productId)",
      },
    ],
  },
  {
    name: 'key-without-account',
    area: 'idempotency',
    promise: 'I-8',
    kind: 'subtle',
    says: 'Idempotency keys of all accounts are one space: a neighbour gets my order.',
    near: ['orders', 'pay-keys'],
    edits: [
      {
        file: 'server/flows/place-order.ts',
        find: '  const { accountId: scope, key, requestHash } = input\n',
        replace: "  const { key, requestHash } = input\n  const scope = 'orders'\n",
      },
    ],
  },
  {
    name: 'key-forgets-the-request',
    area: 'idempotency',
    promise: 'I-8',
    kind: 'gross',
    says: 'The same key with another request gets the answer of the first.',
    near: ['orders', 'pay-keys'],
    edits: [
      {
        file: 'server/flows/place-order.ts',
        find: "    if (first.requestHash !== requestHash) return { kind: 'key_reused' }\n",
        replace: "    if (first.requestHash === '') return { kind: 'key_reused' }\n",
      },
    ],
  },
  {
    name: 'sold-out-not-repeated',
    area: 'idempotency',
    promise: 'I-8',
    kind: 'subtle',
    says: 'A key whose first answer was "sold out" is answered 201 with that text.',
    near: ['orders', 'pay-keys'],
    edits: [
      {
        file: 'server/flows/place-order.ts',
        find: '  await tx.idempotency.keep(scope, key, 409, productId)\n',
        replace: '  await tx.idempotency.keep(scope, key, 201, productId)\n',
      },
    ],
  },
  {
    name: 'key-lives-an-hour',
    area: 'idempotency',
    promise: 'I-8',
    kind: 'subtle',
    says: 'An idempotency key is forgotten after an hour instead of a day.',
    near: ['orders', 'pay-keys'],
    edits: [
      {
        file: 'server/store/idempotency.ts',
        find: 'const dayMs = 24 * 60 * 60 * 1000',
        replace: 'const dayMs = 60 * 60 * 1000',
      },
    ],
  },
  {
    name: 'refused-refund-repeated-as-accepted',
    area: 'idempotency',
    promise: 'I-8',
    kind: 'subtle',
    says: 'A refused refund is kept under its key as 202, so that the repetition is told another thing.',
    near: ['refund'],
    edits: [
      {
        file: 'server/flows/request-refund.ts',
        find: 'tx.idempotency.keep(scope, key, 409, JSON',
        replace: 'tx.idempotency.keep(scope, key, 202, JSON',
      },
    ],
  },
  {
    name: 'refund-key-kept-apart',
    area: 'idempotency',
    promise: 'I-8',
    kind: 'gross',
    says: 'The answer of an accepted refund is not kept with its key.',
    near: ['refund'],
    edits: [
      {
        file: 'server/flows/request-refund.ts',
        find: '  await tx.idempotency.keep(scope, key, 202, body)\n',
        replace: "  if (body === '') await tx.idempotency.keep(scope, key, 202, body)\n",
      },
    ],
  },
]
