// WeChat's own confirm receipt component, over the mini program.
import { yuan } from '../read.ts'
import type { Dialog } from './store.ts'

export function ConfirmReceipt({ dialog }: { dialog: Extract<Dialog, { kind: 'receipt' }> }) {
  const { receipt, answer } = dialog
  const open = receipt.trouble === ''
  return (
    <div className="layer mask">
      <div
        className="sheet consent"
        role="dialog"
        aria-modal="true"
        aria-label="确认收货"
        data-testid="receipt-sheet"
      >
        <h2>{open ? '确认已收到商品？' : '获取用户订单失败'}</h2>
        <p className="consent-why" data-testid="receipt-why">
          {open ? '确认后，货款将结算给商家' : receipt.trouble}
        </p>
        {receipt.description !== '' && (
          <div className="consent-row">
            <b>{receipt.description}</b>
            <span>¥{yuan(receipt.total)}</span>
          </div>
        )}
        <div className="consent-buttons">
          <button
            type="button"
            className="grey"
            data-testid="receipt-cancel"
            onClick={() => answer(false)}
          >
            {open ? '取消' : '返回'}
          </button>
          {open && (
            <button
              type="button"
              className="solid"
              data-testid="receipt-confirm"
              onClick={() => answer(true)}
            >
              确认收货
            </button>
          )}
        </div>
      </div>
    </div>
  )
}
