// What WeChat draws over a mini program: toast, modal, sheets.
import { useState } from 'react'
import type { ModalOptions, ToastOptions } from '../../../miniprogram/runtime/host.ts'
import { ConfirmReceipt } from './receipt.tsx'
import type { Dialog } from './store.ts'

export function Toast({ toast }: { toast: ToastOptions }) {
  const plain = toast.icon === 'none' && toast.image === null
  return (
    <div className={toast.mask ? 'layer' : 'layer through'}>
      <div
        className={plain ? 'toast toast-plain' : 'toast'}
        role="status"
        data-testid="toast"
        data-icon={toast.icon}
      >
        {!plain && <ToastIcon toast={toast} />}
        <span>{toast.title}</span>
      </div>
    </div>
  )
}

function ToastIcon({ toast }: { toast: ToastOptions }) {
  if (toast.image !== null) return <img className="toast-image" src={toast.image} alt="" />
  if (toast.icon === 'loading') return <i className="spinner" />
  const path = toast.icon === 'error' ? 'M24 11v16M24 33v4' : 'M8 25l11 11 21-23'
  return (
    <svg width="48" height="48" viewBox="0 0 48 48" aria-hidden="true">
      <path d={path} fill="none" stroke="#fff" strokeWidth="3.500" strokeLinecap="round" />
    </svg>
  )
}

export function DialogLayer({ dialog, name }: { dialog: Dialog; name: string }) {
  if (dialog.kind === 'modal') return <Modal options={dialog.options} answer={dialog.answer} />
  if (dialog.kind === 'actions') {
    const { items, color, alertText } = dialog.options
    return <Actions {...{ items, color, alertText }} answer={dialog.answer} />
  }
  if (dialog.kind === 'picker') return <Picker dialog={dialog} />
  if (dialog.kind === 'phone-number') return <PhoneNumber dialog={dialog} name={name} />
  if (dialog.kind === 'receipt') return <ConfirmReceipt dialog={dialog} />
  return <Subscribe dialog={dialog} name={name} />
}

function Modal(props: { options: ModalOptions; answer(confirm: boolean, content: string): void }) {
  const { options, answer } = props
  const [written, write] = useState(options.editable ? options.content : '')
  return (
    <div className="layer mask">
      <div className="modal" role="dialog" aria-modal="true" data-testid="modal">
        {options.title !== '' && <h2>{options.title}</h2>}
        {options.editable ? (
          <input
            className="modal-input"
            value={written}
            placeholder={options.placeholder}
            data-testid="modal-input"
            onChange={(event) => write(event.target.value)}
          />
        ) : (
          options.content !== '' && <p>{options.content}</p>
        )}
        <div className="modal-buttons">
          {options.showCancel && (
            <button
              type="button"
              style={{ color: options.cancelColor }}
              data-testid="modal-cancel"
              onClick={() => answer(false, '')}
            >
              {options.cancelText}
            </button>
          )}
          <button
            type="button"
            style={{ color: options.confirmColor }}
            data-testid="modal-confirm"
            onClick={() => answer(true, written)}
          >
            {options.confirmText}
          </button>
        </div>
      </div>
    </div>
  )
}

function Actions(props: {
  items: string[]
  color: string
  alertText: string
  answer(index: number | null): void
}) {
  return (
    <div className="layer mask">
      <div className="sheet actions" role="dialog" aria-modal="true" data-testid="action-sheet">
        {props.alertText !== '' && <p className="actions-title">{props.alertText}</p>}
        {props.items.map((item, index) => (
          <button
            type="button"
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes while it is shown
            key={index}
            style={{ color: props.color }}
            data-testid={`action-${index}`}
            onClick={() => props.answer(index)}
          >
            {item}
          </button>
        ))}
        <button
          type="button"
          className="actions-cancel"
          data-testid="action-cancel"
          onClick={() => props.answer(null)}
        >
          取消
        </button>
      </div>
    </div>
  )
}

function Picker({ dialog }: { dialog: Extract<Dialog, { kind: 'picker' }> }) {
  const [selected, select] = useState(dialog.selected)
  return (
    <div className="layer mask">
      <div className="sheet picker" role="dialog" aria-modal="true" data-testid="picker">
        <header>
          <button type="button" data-testid="picker-cancel" onClick={() => dialog.answer(null)}>
            取消
          </button>
          <button
            type="button"
            className="green"
            data-testid="picker-confirm"
            onClick={() => dialog.answer(selected)}
          >
            确定
          </button>
        </header>
        <div className="picker-list" role="listbox">
          {dialog.items.map((item, index) => (
            <button
              type="button"
              role="option"
              aria-selected={index === selected}
              // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes while it is shown
              key={index}
              data-testid={`picker-item-${index}`}
              onClick={() => select(index)}
            >
              {item}
            </button>
          ))}
        </div>
      </div>
    </div>
  )
}

function PhoneNumber(props: { dialog: Extract<Dialog, { kind: 'phone-number' }>; name: string }) {
  const { dialog, name } = props
  const phone = dialog.phone.replace(/^(\+?\d*)(\d{3})\d{4}(\d{4})$/, '$1$2****$3')
  return (
    <div className="layer mask">
      <div
        className="sheet consent"
        role="dialog"
        aria-modal="true"
        data-testid="phone-number-sheet"
      >
        <p className="consent-app">
          <i className="app-icon app-icon-small" /> {name} 申请
        </p>
        <h2>获取并验证你的手机号</h2>
        <p className="consent-why">用于为你提供登录、下单与订单通知服务</p>
        <div className="consent-row">
          <b>{phone === '' ? '微信绑定号码' : phone}</b>
          <span>微信绑定号码</span>
          <i className="check" />
        </div>
        <div className="consent-buttons">
          <button
            type="button"
            className="grey"
            data-testid="phone-number-deny"
            onClick={() => dialog.answer(false)}
          >
            不允许
          </button>
          <button
            type="button"
            className="solid"
            data-testid="phone-number-allow"
            onClick={() => dialog.answer(true)}
          >
            允许
          </button>
        </div>
      </div>
    </div>
  )
}

function Subscribe(props: { dialog: Extract<Dialog, { kind: 'subscribe' }>; name: string }) {
  const { dialog, name } = props
  return (
    <div className="layer mask">
      <div className="sheet consent" role="dialog" aria-modal="true" data-testid="subscribe-sheet">
        <p className="consent-app">
          <i className="app-icon app-icon-small" /> {name} 申请
        </p>
        <h2>向你发送以下消息</h2>
        {dialog.templates.map(({ id, title }) => (
          <div className="consent-row" key={id}>
            <b>{title === '' ? '服务通知' : title}</b>
            <span>{id}</span>
            <i className="check" />
          </div>
        ))}
        <div className="consent-buttons">
          <button
            type="button"
            className="grey"
            data-testid="subscribe-deny"
            onClick={() => dialog.answer(false)}
          >
            拒绝
          </button>
          <button
            type="button"
            className="solid"
            data-testid="subscribe-allow"
            onClick={() => dialog.answer(true)}
          >
            允许
          </button>
        </div>
      </div>
    </div>
  )
}
