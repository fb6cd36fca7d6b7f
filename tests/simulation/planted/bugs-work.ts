// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of source text
import type { PlantedBug } from './bugs.ts'

/** Events, jobs, leases and processes. */
export const workBugs: readonly PlantedBug[] = [
  {
    name: 'no fence at the end of a job',
    file: 'server/adapters/jobs/source.ts',
    patch: [
      ['const held = { id: claim.id, retryCount: claim.attempt - 1 }', 'const held = claim.id'],
      [
        'if (await end(tx, claim)) await send(keeping, tx, successor(claim, runAt))',
        'await end(tx, claim)\n        await send(keeping, tx, { ...successor(claim, runAt), id: derivedId(`again:${claim.id}:${claim.attempt}`) })',
      ],
    ],
  },
  {
    name: 'a worker that was overtaken ends the job of an event',
    file: 'server/flows/deliver-event.ts',
    patch: [['  if (!isNoted) return { again: at }\n', '']],
  },
  {
    name: 'what is put off is due by the clock of the worker',
    file: 'server/adapters/jobs/source.ts',
    patch: [
      [
        '    startAfter: `${waitMs(clock, job.runAt)} milliseconds`,\n',
        '    startAfter: new Date(job.runAt),\n',
      ],
    ],
  },
  {
    name: 'jobs of the dead are never taken up',
    file: 'server/adapters/jobs/source.ts',
    patch: [['    reap: (inHand) => reap(db, inHand),', '    reap: async () => {},']],
  },
  {
    name: 'a failed job is forgotten',
    file: 'server/jobs/loop.ts',
    patch: [
      [
        'await source.retry(claim, afterMs(clock.now(), retryDelayMs(claim.attempt)))',
        'await source.finish(claim)',
      ],
    ],
  },
  {
    name: 'a message is stored and nobody is told to apply it',
    file: 'server/flows/accept-notification.ts',
    patch: [['    await tx.jobs.enqueue({ ...job, data: { inbox_id: id } })\n', '']],
  },
  {
    name: 'a message counts as applied before it is',
    file: 'server/flows/apply-notification.ts',
    patch: [
      [
        "  await commit(ports, 'apply-notification/apply', async (tx) => {\n",
        "  await commit(ports, 'apply-notification/apply', async (tx) => await tx.inbox.finish(message.id, 'applied', ports.clock.now()))\n  await commit(ports, 'apply-notification/apply', async (tx) => {\n",
      ],
    ],
  },
  {
    name: 'nobody ends an order in time',
    file: 'server/flows/open-order.ts',
    patch: [['  await tx.jobs.enqueue({ ...job, data, party: order.mchid })\n', '']],
  },
  {
    name: 'a close in doubt is not tried again',
    file: 'server/flows/close-order.ts',
    patch: [
      [
        "  return again === null ? { park: 'close_unconfirmed' } : { again }\n",
        "  return again === null ? { park: 'close_unconfirmed' } : 'done'\n",
      ],
    ],
  },
  {
    name: 'no event of an order that ends unpaid',
    file: 'server/domain/settle.ts',
    patch: [
      [
        "    event: orderEvent(known, 'order.closed', { close_reason: closeReason }),",
        '    event: null,',
      ],
    ],
  },
  {
    name: 'an event counts as delivered before it is sent',
    file: 'server/flows/deliver-event.ts',
    patch: [
      [
        '  const sent = await send(ports, event, endpoint, at)\n',
        "  await end(ports, delivery, endpoint, 'early', { kind: 'delivered' }, at)\n  const sent = await send(ports, event, endpoint, at)\n",
      ],
    ],
  },
  {
    name: 'a new id for each attempt of an event',
    file: 'server/flows/deliver-event.ts',
    patch: [['ports.sender.sign(event.id, body,', 'ports.sender.sign(`${event.id}${at}`, body,']],
  },
  {
    name: 'a failed delivery is not tried again',
    file: 'server/flows/deliver-event.ts',
    patch: [
      [
        "  return next.kind === 'again' ? { again: afterMs(at, next.afterMs) } : 'done'\n",
        "  return 'done'\n",
      ],
    ],
  },
  {
    name: 'a job is sent outside of its transaction',
    file: 'server/adapters/jobs/source.ts',
    patch: [
      [
        '  await boss.send(job.queue, job.data, {\n    db: fromKysely(tx),\n',
        '  await boss.send(job.queue, job.data, {\n',
      ],
    ],
  },
]
