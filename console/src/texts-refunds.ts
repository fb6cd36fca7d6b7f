// What the console says about refunds, Chinese first.
export const REFUND_TEXTS = {
  refundList: ['退款记录', 'Refunds'],
  refund_processing: ['退款中', 'On its way'],
  refund_awaiting: ['等待另一位操作员批准', 'Waiting for a second person'],
  refund_succeeded: ['已到账', 'Arrived'],
  refund_closed: ['已关闭', 'Closed'],
  refund_declined: ['已拒绝', 'Declined'],
  refund_abnormal: ['异常', 'Stuck'],
  refundElsewhere: ['外部发起', 'Started elsewhere'],
  requestedBy: ['申请人', 'Asked for by'],
  approvedBy: ['批准人', 'Approved by'],
  declinedBy: ['拒绝人', 'Declined by'],
  declineReason: ['拒绝原因', 'Why it was declined'],
  refundReason: ['退款原因', 'Reason'],
  refundProblem: ['问题', 'Problem'],
  approve: ['批准', 'Approve'],
  decline: ['拒绝', 'Decline'],
  approveAbout: [
    '申请人不能批准自己的退款；请用另一密钥登录。',
    'Who asked for it cannot approve it: sign in with the other key.',
  ],
  declineHint: ['拒绝原因（必填，付款人看不到）', 'Why not (needed; the payer does not see it)'],
} as const satisfies Record<string, readonly [zh: string, en: string]>
