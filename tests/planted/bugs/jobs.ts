// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of templates, not templates
import type { Bug } from '../bug.ts'

/** Who works on what, and what becomes of it when a worker dies. */
export const jobBugs: readonly Bug[] = [
  {
    name: 'reaping-waits-for-rows',
    area: 'job',
    promise: 'I-37',
    kind: 'subtle',
    says: 'Who renews and reaps leases waits for rows that another does the same with: a deadlock.',
    near: ['pay-doubt'],
    edits: [
      {
        file: 'server/adapters/jobs/source.ts',
        find: ' FOR UPDATE OF j SKIP LOCKED)',
        replace: ' FOR UPDATE OF j)',
      },
      {
        file: 'server/adapters/jobs/source.ts',
        find: ' FOR UPDATE SKIP LOCKED)',
        replace: ' FOR UPDATE)',
      },
    ],
  },
  {
    name: 'job-lease-not-fenced',
    area: 'job',
    promise: 'I-37',
    kind: 'subtle',
    says: 'A worker whose lease ran out still sends the successor of its job.',
    near: ['faults'],
    edits: [
      {
        file: 'server/adapters/jobs/source.ts',
        find: '        if (await end(tx, claim)) await send(keeping, tx, successor(claim, runAt))\n',
        replace:
          '        await end(tx, claim)\n        await send(keeping, tx, { ...successor(claim, runAt), id: crypto.randomUUID() })\n',
      },
    ],
  },
  {
    name: 'job-finished-before-its-work',
    area: 'job',
    promise: 'I-38',
    kind: 'gross',
    says: 'A job is finished before its handler runs: what fails is never tried again.',
    near: ['faults', 'pay-in-time'],
    edits: [
      {
        file: 'server/jobs/loop.ts',
        find: '    const result = await handled(parts, claim)\n',
        replace: '    await source.finish(claim)\n    const result = await handled(parts, claim)\n',
      },
    ],
  },
  {
    name: 'failed-job-is-done',
    area: 'job',
    promise: 'I-38',
    kind: 'gross',
    says: 'A job that throws is finished.',
    near: ['faults', 'pay-in-time'],
    edits: [
      {
        file: 'server/jobs/loop.ts',
        find: '    await giveBack(parts, claim, error)\n',
        replace:
          '    if (claim.attempt > 1) await giveBack(parts, claim, error)\n    else await source.finish(claim)\n',
      },
    ],
  },
  {
    name: 'dead-workers-keep-their-jobs',
    area: 'job',
    promise: 'I-38',
    kind: 'subtle',
    says: 'The jobs of a killed worker are not given to another.',
    near: ['faults'],
    edits: [
      {
        file: 'server/jobs/loop.ts',
        find: '        await source.reap([...this.#inHand.keys()])\n',
        replace: '',
      },
    ],
  },
  {
    name: 'parked-job-not-shown',
    area: 'job',
    promise: 'I-38',
    kind: 'subtle',
    says: 'A parked job is shown to nobody.',
    near: ['faults', 'pay-doubt'],
    edits: [
      {
        file: 'server/adapters/jobs/source.ts',
        find: '        await showParked(tx, claim, reason)\n',
        replace: "        if (reason === '') await showParked(tx, claim, reason)\n",
      },
    ],
  },
]
