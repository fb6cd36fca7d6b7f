import type { Edit } from './promise-edits.ts'

const open = "(SELECT difference_id FROM fund_row WHERE place = 'different')"

/** An owner's edits of the judged day of the story shop, as `promiseEdits` are of the rest. */
export const billEdits: readonly Edit[] = [
  [
    'a trade of a closed day that is judged no more',
    ['I-32'],
    () => ["UPDATE trade_row SET place = 'new' WHERE place = 'foreign'"],
  ],
  [
    'a movement of a closed day that is judged no more',
    ['I-32'],
    () => ["UPDATE fund_row SET place = 'new' WHERE place = 'foreign'"],
  ],
  [
    'a difference struck out under its row',
    ['I-32'],
    () => [`DELETE FROM difference WHERE id = ${open}`],
  ],
  [
    'a difference healed while its row has no partner',
    ['I-32'],
    () => [
      `UPDATE difference SET status = 'healed', closed_at_ms = 1, evidence = (SELECT evidence FROM difference WHERE status = 'healed') WHERE id = ${open}`,
    ],
  ],
  [
    'two rows in one difference',
    ['I-32'],
    () => [
      `UPDATE fund_row SET place = 'different', difference_id = ${open} WHERE place = 'foreign'`,
    ],
  ],
  [
    'a trade matched with the entry of another',
    ['I-32'],
    () => [
      "UPDATE trade_row SET subject = 'payment:none' WHERE place = 'matched' AND state = 'SUCCESS'",
    ],
  ],
  [
    'a refund matched with nothing',
    ['I-32'],
    () => ["UPDATE trade_row SET subject = 'refund:none' WHERE state = 'REFUND'"],
  ],
  [
    'a movement matched with nothing',
    ['I-32'],
    () => ["UPDATE fund_row SET subject = 'payment:none' WHERE place = 'matched'"],
  ],
  [
    'an entry that no bill had and whose difference is gone',
    ['I-32'],
    () => ["DELETE FROM difference WHERE class = 'paid_here'"],
  ],
  [
    'an entry that a bill has and that is missed all the same',
    ['I-32'],
    () => [
      "INSERT INTO difference (id, mchid, date, class, key, entry_id, effect_fen, detail, status, opened_at_ms) SELECT 'x', mchid, '2027-01-16', 'paid_here', 'x', entry_id, 0, '{}', 'open', 1 FROM trade_row WHERE entry_id IS NOT NULL LIMIT 1",
    ],
  ],
  [
    'a row taken out of an accepted bill',
    ['I-33'],
    () => ["DELETE FROM trade_row WHERE place = 'foreign'"],
  ],
  [
    'a fen more in a row of an accepted trade bill',
    ['I-33'],
    () => ["UPDATE trade_row SET total_fen = total_fen + 1 WHERE place = 'foreign'"],
  ],
  [
    'a fen more in a row of an accepted fund-flow bill',
    ['I-33'],
    () => ["UPDATE fund_row SET amount_fen = amount_fen + 1 WHERE movement = 'other'"],
  ],
  [
    'another balance at the end of an accepted bill',
    ['I-33'],
    () => ['UPDATE bill SET closing_fen = closing_fen + 1 WHERE closing_fen IS NOT NULL'],
  ],
  [
    'two accepted bills of one day',
    ['I-33'],
    () => [
      'ALTER TABLE bill DROP CONSTRAINT bill_mchid_kind_account_date_key',
      `INSERT INTO bill SELECT 'x', mchid, kind, account, date, status, attempt, tries, problem, hash, 0, '{"收入金额":0,"支出金额":0}', NULL, NULL, created_at_ms, ended_at_ms FROM bill WHERE kind = 'fundflow'`,
    ],
  ],
  [
    'a difference healed by nothing',
    ['I-35'],
    () => [
      'ALTER TABLE difference DROP CONSTRAINT difference_end',
      "UPDATE difference SET evidence = NULL WHERE status = 'healed'",
    ],
  ],
  [
    'a difference healed by a bill that is not here',
    ['I-35'],
    () => ["UPDATE difference SET evidence = 'trade bill 2026-01-01' WHERE status = 'healed'"],
  ],
  [
    'a difference explained by nobody',
    ['I-35'],
    () => [
      'ALTER TABLE difference DROP CONSTRAINT difference_end',
      "UPDATE difference SET closed_by = ' ' WHERE status = 'explained'",
    ],
  ],
  [
    'a difference explained without a reason',
    ['I-35'],
    () => [
      'ALTER TABLE difference DROP CONSTRAINT difference_end',
      "UPDATE difference SET reason = NULL WHERE status = 'explained'",
    ],
  ],
  [
    'a difference that ended at no time',
    ['I-35'],
    () => [
      'ALTER TABLE difference DROP CONSTRAINT difference_end',
      "UPDATE difference SET closed_at_ms = NULL WHERE status = 'explained'",
    ],
  ],
]
