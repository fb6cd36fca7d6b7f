// A status as a coloured chip, in the reader's language; a new one is shown as it came.
import { Tag } from 'tdesign-react'
import { useTexts, wordText } from '../language.ts'

type Theme = 'default' | 'primary' | 'warning' | 'danger' | 'success'

const THEMES: Record<string, Theme> = {
  paid: 'success',
  settled: 'success',
  kept: 'success',
  broken: 'danger',
  received: 'success',
  unpaid: 'warning',
  to_ship: 'warning',
  prepaid: 'warning',
  closing: 'warning',
  shipped: 'primary',
  queued: 'warning',
  uploaded: 'success',
  refused: 'danger',
  delivered: 'success',
  pending: 'warning',
  parked: 'danger',
  day_waiting: 'warning',
  day_running: 'primary',
  day_reconciled: 'success',
  day_refused: 'danger',
  partlyRefunded: 'danger',
  refunded: 'danger',
  refund_processing: 'primary',
  refund_awaiting: 'warning',
  refund_succeeded: 'success',
  refund_abnormal: 'danger',
}

export function StatusTag({ status }: { status: string }) {
  const texts = useTexts()
  return (
    <Tag
      theme={THEMES[status] ?? 'default'}
      variant="light"
      shape="round"
      data-status={status}
      data-testid="status-tag"
    >
      {wordText(texts, status)}
    </Tag>
  )
}
