// WeChat Pay's cashier: sheet, password pad, dialogs, success page.
import { useState } from 'react'
import type { Bill } from '../control.ts'
import { yuan } from '../read.ts'
import type { CashierView } from './cashier-flow.ts'

export function Cashier({ cashier }: { cashier: CashierView }) {
  const { step } = cashier
  if (step.name === 'checking') {
    return (
      <div className="layer">
        <div className="toast" role="status" data-testid="cashier-checking">
          <i className="spinner" />
          <span>微信支付</span>
        </div>
      </div>
    )
  }
  if (step.name === 'paid') return <Paid bill={step.bill} done={() => cashier.done()} />
  if (step.name === 'notice') {
    return (
      <CashierDialog text={step.text}>
        <button type="button" data-testid="cashier-dialog-ok" onClick={() => cashier.dismiss()}>
          我知道了
        </button>
      </CashierDialog>
    )
  }
  if (step.name === 'wrong') {
    return (
      <CashierDialog text="支付密码错误，请重试">
        <button type="button" data-testid="cashier-dialog-retry" onClick={() => cashier.retry()}>
          重试
        </button>
        <button type="button" data-testid="cashier-dialog-forgot" onClick={() => cashier.forgot()}>
          忘记密码
        </button>
      </CashierDialog>
    )
  }
  return (
    <div className="layer mask">
      {step.name === 'sheet' ? (
        <Sheet bill={step.bill} cashier={cashier} />
      ) : (
        <Password bill={step.bill} paying={step.paying} cashier={cashier} />
      )}
    </div>
  )
}

function Sheet({ bill, cashier }: { bill: Bill; cashier: CashierView }) {
  return (
    <div
      className="sheet cashier"
      role="dialog"
      aria-modal="true"
      aria-label="收银台"
      data-testid="cashier-sheet"
    >
      <CloseButton close={() => cashier.close()} />
      <Amount bill={bill} />
      {bill.description !== '' && (
        <div className="cashier-row">
          <span>商品</span>
          <b>{bill.description}</b>
        </div>
      )}
      <Method bill={bill} />
      <button
        type="button"
        className="solid cashier-confirm"
        data-testid="cashier-confirm"
        onClick={() => cashier.confirm()}
      >
        确认支付
      </button>
    </div>
  )
}

function Amount({ bill }: { bill: Bill }) {
  return (
    <>
      <p className="cashier-merchant" data-testid="cashier-merchant">
        {bill.merchant}
      </p>
      <p className="cashier-amount" data-testid="cashier-amount">
        <i>¥</i>
        {yuan(bill.total)}
      </p>
    </>
  )
}

function Method({ bill }: { bill: Bill }) {
  const poor = bill.balance < bill.total
  return (
    <div className="cashier-row">
      <span>付款方式</span>
      <b className="cashier-method" data-testid="cashier-method">
        <i className="purse">¥</i>
        零钱
        <small>
          {poor ? `（余额不足 ¥${yuan(bill.balance)}）` : `（剩余 ¥${yuan(bill.balance)}）`}
        </small>
      </b>
    </div>
  )
}

function CloseButton({ close }: { close(): void }) {
  return (
    <button
      type="button"
      className="cashier-close"
      aria-label="关闭"
      data-testid="cashier-close"
      onClick={close}
    >
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <path d="M1 1l12 12M13 1 1 13" stroke="currentColor" strokeWidth="1.600" />
      </svg>
    </button>
  )
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', '⌫']
const PLACES = [0, 1, 2, 3, 4, 5]

function Password(props: { bill: Bill; paying: boolean; cashier: CashierView }) {
  const [digits, setDigits] = useState('')
  const press = (key: string) => {
    if (props.paying) return
    const next = key === '⌫' ? digits.slice(0, -1) : (digits + key).slice(0, 6)
    setDigits(next)
    if (next.length === 6) props.cashier.password(next)
  }
  return (
    <div
      className="sheet cashier cashier-password"
      role="dialog"
      aria-modal="true"
      aria-label="支付密码"
      data-testid="cashier-password"
    >
      <CloseButton close={() => props.cashier.close()} />
      <h2>请输入支付密码</h2>
      <Amount bill={props.bill} />
      <Method bill={props.bill} />
      <div className="password-boxes" data-digits={digits.length}>
        {PLACES.map((place) => (
          <i key={place}>{place < digits.length && <b />}</i>
        ))}
        {props.paying && <span className="spinner spinner-dark" />}
      </div>
      <div className="keypad">
        {KEYS.map((key) =>
          key === '' ? (
            <span key={key} />
          ) : (
            <button
              type="button"
              key={key}
              aria-label={key === '⌫' ? '删除' : key}
              className={key === '⌫' ? 'key-delete' : 'key'}
              data-testid={key === '⌫' ? 'digit-delete' : `digit-${key}`}
              onClick={() => press(key)}
            >
              {key}
            </button>
          ),
        )}
      </div>
    </div>
  )
}

function CashierDialog({ text, children }: { text: string; children: React.ReactNode }) {
  return (
    <div className="layer mask">
      <div className="modal" role="dialog" aria-modal="true" data-testid="cashier-dialog">
        <p className="modal-alone" data-testid="cashier-dialog-text">
          {text}
        </p>
        <div className="modal-buttons modal-blue">{children}</div>
      </div>
    </div>
  )
}

function Paid({ bill, done }: { bill: Bill; done(): void }) {
  return (
    <div className="layer paid" data-testid="cashier-success">
      <div className="paid-top">
        <svg width="28" height="28" viewBox="0 0 28 28" aria-hidden="true">
          <circle cx="14" cy="14" r="14" fill="#07c160" />
          <path
            d="m7.500 14.500 4.500 4.500 9-9.500"
            fill="none"
            stroke="#fff"
            strokeWidth="2.400"
          />
        </svg>
        <span>支付成功</span>
      </div>
      <p className="paid-merchant">{bill.merchant}</p>
      <p className="cashier-amount" data-testid="paid-amount">
        <i>¥</i>
        {yuan(bill.total)}
      </p>
      <button type="button" className="paid-done" data-testid="cashier-done" onClick={done}>
        完成
      </button>
    </div>
  )
}
