import type { PlantedBug } from './bugs.ts'

/** Bills, parcels, and messages that WeChat pushes. */
export const billBugs: readonly PlantedBug[] = [
  {
    name: 'a refund of the bill that nobody here made is not booked',
    file: 'server/flows/tell-row.ts',
    patch: [['  await bookExternal(tx, ports, external, at)\n', '']],
  },
  {
    name: 'the fee of the bill is not booked',
    file: 'server/domain/reconcile/book-row.ts',
    patch: [
      [
        "    { transition: 'fee', debit: 'fees', credit: 'wechat_receivable', fen: row.feeFen },\n",
        '',
      ],
    ],
  },
  {
    name: 'the fee that comes back with a refund is booked once more',
    file: 'server/domain/reconcile/book-row.ts',
    patch: [['fen: -row.feeFen },', 'fen: -2 * row.feeFen },']],
  },
  {
    name: 'a day without its bill is not asked for again',
    file: 'server/flows/reconcile-day.ts',
    patch: [["  return again === null ? 'done' : { again }\n", "  return 'done'\n"]],
  },
  {
    name: 'an upload without an answer counts as done',
    file: 'server/flows/upload-shipment.ts',
    patch: [
      [
        "  if (answer.got === 'silence' || answer.about === 'token') return { finding: 'doubt' }\n",
        "  if (answer.got === 'silence') return { finding: 'taken' }\n  if (answer.about === 'token') return { finding: 'doubt' }\n",
      ],
    ],
  },
  {
    name: '"busy" is a refusal of parcels',
    file: 'server/flows/upload-shipment.ts',
    patch: [["  if (reaction === 'retry') return { finding: 'doubt' }\n", '']],
  },
  {
    name: 'an order that a message calls shipped is not followed',
    file: 'server/flows/follow-shipment.ts',
    patch: [['isKnownThere: true', 'isKnownThere: false']],
  },
  {
    name: 'a message is answered before it is stored',
    file: 'server/flows/accept-push.ts',
    patch: [
      ["  await commit(ports, 'accept-push/inbox',", "  void commit(ports, 'accept-push/inbox',"],
    ],
  },
  {
    name: 'a plain message needs no signature',
    file: 'server/adapters/pushes/index.ts',
    patch: [
      [
        "        return isSigned(token, push.query) ? read(textOf(push.body)) : refused('signature_wrong')\n",
        '        return read(textOf(push.body))\n',
      ],
    ],
  },
]
