// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of templates, not templates
import type { Bug } from '../bug.ts'

/** Notifications, events, webhooks and logins. */
export const messageBugs: readonly Bug[] = [
  {
    name: 'answer-before-store',
    area: 'notification',
    promise: 'I-17',
    kind: 'gross',
    says: 'WeChat is told 200 before the message is on disk.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/flows/accept-notification.ts',
        find: "  await commit(\n    ports,\n    'accept-notification/inbox',\n    async (tx) => await store(tx, ports, merchant, opened.notice, place),\n  )\n",
        replace:
          "  void commit(\n    ports,\n    'accept-notification/inbox',\n    async (tx) => await store(tx, ports, merchant, opened.notice, place),\n  ).catch(() => {})\n",
      },
    ],
  },
  {
    name: 'duplicate-by-number',
    area: 'notification',
    promise: 'I-15',
    kind: 'subtle',
    says: 'A message whose order has one already is taken for a copy, whatever its own id.',
    near: ['pay-parked', 'notifications', 'late-money', 'refund-notices'],
    edits: [
      {
        file: 'server/flows/accept-notification.ts',
        find: '    notificationId: notice.id,\n',
        replace:
          '    notificationId: notice.transaction?.out_trade_no ?? notice.refund?.out_trade_no ?? notice.id,\n',
      },
    ],
  },
  {
    name: 'job-outside-the-transaction',
    area: 'notification',
    promise: 'I-17',
    kind: 'subtle',
    says: 'The job of a message is enqueued outside of its transaction.',
    near: ['notifications', 'pay.test'],
    edits: [
      {
        file: 'server/flows/accept-notification.ts',
        find: "  await commit(\n    ports,\n    'accept-notification/inbox',\n    async (tx) => await store(tx, ports, merchant, opened.notice, place),\n  )\n",
        replace:
          "  const late: Parameters<Tx['jobs']['enqueue']>[0][] = []\n  await commit(ports, 'accept-notification/inbox', async (tx) => {\n    const jobs = { enqueue: async (job: (typeof late)[number]) => void late.push(job) }\n    await store({ ...tx, jobs }, ports, merchant, opened.notice, place)\n  })\n  for (const job of late)\n    await ports.store.transaction(async (tx) => await tx.jobs.enqueue(job))\n",
      },
    ],
  },
  {
    name: 'every-copy-is-applied',
    area: 'notification',
    promise: 'I-11',
    kind: 'subtle',
    says: 'A message that was handled already is handled again by its second job.',
    near: ['notifications', 'pay-parked'],
    edits: [
      {
        file: 'server/flows/apply-notification.ts',
        find: "  if (message?.status !== 'new') return 'done'\n",
        replace: "  if (!message || message.status === 'foreign') return 'done'\n",
      },
    ],
  },
  {
    name: 'unknown-number-of-ours-is-foreign',
    area: 'notification',
    promise: 'I-15',
    kind: 'subtle',
    says: 'Money for an unknown number of ours is counted as foreign and not booked.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/flows/park-unknown.ts',
        find: 'if (!transaction.out_trade_no.startsWith(ports.parties.policyOf(mchid).tradePrefix)) {',
        replace:
          'if (transaction.out_trade_no.startsWith(ports.parties.policyOf(mchid).tradePrefix)) {',
      },
    ],
  },
  {
    name: 'message-ends-before-its-effect',
    area: 'notification',
    promise: 'I-17',
    kind: 'subtle',
    says: 'A message ends in a transaction of its own, before what it says is applied.',
    near: ['notifications', 'pay-parked', 'faults'],
    edits: [
      {
        file: 'server/flows/apply-notification.ts',
        find: "  await commit(ports, 'apply-notification/apply', async (tx) => {\n    const status = payment\n",
        replace:
          "  await commit(ports, 'apply-notification/apply', async (tx) => {\n    await tx.inbox.finish(message.id, 'applied', ports.clock.now())\n  })\n  await commit(ports, 'apply-notification/apply', async (tx) => {\n    const status = payment\n",
      },
    ],
  },
  {
    name: 'signature-not-checked',
    area: 'notification',
    promise: 'I-18',
    kind: 'gross',
    says: 'The signature of a message is read and not verified.',
    near: ['notifications'],
    edits: [
      {
        file: 'protocol/sign/message.ts',
        find: "  if (!verifyBytes(key.key, text, signature)) return refuse('signature_wrong', key.serial)\n",
        replace:
          "  if (!verifyBytes(key.key, text, signature) && signature === '') return refuse('signature_wrong', key.serial)\n",
      },
    ],
  },
  {
    name: 'old-messages-accepted',
    area: 'notification',
    promise: 'I-18',
    kind: 'subtle',
    says: 'The window of five minutes is one of five hours.',
    near: ['notifications'],
    edits: [
      {
        file: 'protocol/sign/message.ts',
        find: 'export const WINDOW_MS = 300_000',
        replace: 'export const WINDOW_MS = 18_000_000',
      },
    ],
  },
  {
    name: 'answer-for-another-order',
    area: 'payment',
    promise: 'I-10',
    kind: 'subtle',
    says: 'A signed answer about another order is taken for the answer to this question.',
    near: ['answers'],
    edits: [
      {
        file: 'server/adapters/wechat-pay/calls.ts',
        find: 'if (transaction.mchid !== mchid || transaction.out_trade_no !== no) return null\n',
        replace:
          "if (transaction.mchid !== mchid) return null\n    if (transaction.out_trade_no !== no)\n      return { kind: 'transaction', transaction: { ...transaction, out_trade_no: no } }\n",
      },
    ],
  },
  {
    name: 'unsigned-4xx-is-authentic',
    area: 'payment',
    promise: 'I-10',
    kind: 'subtle',
    says: 'An error answer without a valid signature is passed on as authentic.',
    near: ['answers', 'pay-doubt'],
    edits: [
      {
        file: 'server/adapters/wechat-pay/calls.ts',
        find: 'if (!reply.authentic) return refusal(reply.status, reply.hint, false)',
        replace: 'if (!reply.authentic) return refusal(reply.status, reply.hint, true)',
      },
    ],
  },
  {
    name: 'event-outside-the-transaction',
    area: 'event',
    promise: 'I-30',
    kind: 'subtle',
    says: 'The event of a change is written by a transaction of its own, after the change.',
    near: ['webhooks', 'pay.test'],
    edits: [
      {
        file: 'server/flows/place-order.ts',
        find: "    return await commit(ports, 'place-order/order', async (tx) => await place(tx, ports, input))\n",
        replace:
          "    const late: Parameters<Tx['events']['record']>[0][] = []\n    const placed = await commit(ports, 'place-order/order', async (tx) => {\n      const events = { ...tx.events, record: async (event: (typeof late)[number]) => (late.push(event), []) }\n      return await place({ ...tx, events }, ports, input)\n    })\n    for (const event of late)\n      await commit(ports, 'place-order/order', async (tx) => await recordEvent(tx, ports, event))\n    return placed\n",
      },
    ],
  },
  {
    name: 'event-version-stands-still',
    area: 'event',
    promise: 'I-31',
    kind: 'gross',
    says: 'The event of a change carries the version before the change, so that it is taken for a copy.',
    near: ['webhooks', 'pay.test'],
    edits: [
      {
        file: 'server/domain/settle.ts',
        find: 'const version = order.version + 1',
        replace: 'const version = order.version',
      },
    ],
  },
  {
    name: 'webhook-with-a-new-id',
    area: 'event',
    promise: 'I-30',
    kind: 'subtle',
    says: 'Each attempt of a webhook has another id, so that the receiver cannot know a copy.',
    near: ['webhooks'],
    edits: [
      {
        file: 'server/flows/deliver-event.ts',
        find: 'ports.sender.sign(event.id, body,',
        replace: 'ports.sender.sign(`${event.id}-${at}`, body,',
      },
    ],
  },
  {
    name: 'redirect-is-a-delivery',
    area: 'event',
    promise: 'I-30',
    kind: 'subtle',
    says: 'A redirect counts as delivered.',
    near: ['webhooks'],
    edits: [
      {
        file: 'server/domain/event.ts',
        find: 'status >= 200 && status <= 299',
        replace: 'status >= 200 && status <= 399',
      },
    ],
  },
  {
    name: 'webhook-gives-up-silently',
    area: 'event',
    promise: 'I-38',
    kind: 'subtle',
    says: 'After the last attempt nobody is told that an event did not arrive.',
    near: ['webhooks'],
    edits: [
      {
        file: 'server/flows/deliver-event.ts',
        find: "    if (status === 'parked') await openTask(",
        replace: "    if (status === 'parked' && next.kind === 'gone') await openTask(",
      },
    ],
  },
  {
    name: 'old-secret-signs-for-ever',
    area: 'event',
    promise: 'I-30',
    kind: 'subtle',
    says: 'A replaced webhook secret goes on signing after its day.',
    near: ['webhooks'],
    edits: [
      {
        file: 'server/flows/deliver-event.ts',
        find: 'old !== null && at < old.untilMs ? [old.sealed] : []',
        replace: 'old !== null && at < old.untilMs + 1e12 ? [old.sealed] : []',
      },
    ],
  },
  {
    name: 'login-code-claimed-afterwards',
    area: 'login',
    promise: 'A-1',
    kind: 'subtle',
    says: 'WeChat is asked before the code is claimed, so that a replay reaches WeChat.',
    near: ['login'],
    edits: [
      {
        file: 'server/flows/log-in.ts',
        find: "  if (!(await claimCode(ports, app, request.code))) {\n    meter.count('login_code_replayed_total')\n    return { kind: 'code_used' }\n  }\n  const exchanged = await call(ports, 'log-in/code2session', () =>\n    ports.wechatMini.exchangeCode(app.appid, request.code),\n  )\n",
        replace:
          "  const exchanged = await call(ports, 'log-in/code2session', () =>\n    ports.wechatMini.exchangeCode(app.appid, request.code),\n  )\n  if (!(await claimCode(ports, app, request.code))) {\n    meter.count('login_code_replayed_total')\n    return { kind: 'code_used' }\n  }\n",
      },
    ],
  },
  {
    name: 'old-generation-still-in',
    area: 'login',
    promise: 'A-12',
    kind: 'gross',
    says: 'Logging out everywhere leaves the sessions of other devices alive in stores without a list.',
    near: ['login', 'tokens'],
    edits: [
      {
        file: 'server/domain/session.ts',
        find: "  if (session.generation < account.generation) return 'ended'\n",
        replace: '',
      },
    ],
  },
  {
    name: 'first-logins-not-in-line',
    area: 'login',
    promise: 'A-16',
    kind: 'subtle',
    says: 'First logins of one person do not wait for each other.',
    near: ['login'],
    edits: [
      {
        file: 'server/store/accounts.ts',
        find: '  await sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db)\n',
        replace: '  await sql`SELECT hashtextextended(${key}, 0)`.execute(db)\n',
      },
    ],
  },
]
