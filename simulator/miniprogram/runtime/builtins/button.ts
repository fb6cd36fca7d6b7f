// <button>: looks, form type, and the open types that ask the person something.
import { reportUnsupported } from '../unsupported.ts'
import type { BuiltInContext } from './context.ts'
import type { BuiltIn, Part } from './part.ts'

/** A grey head, as WeChat gives it for a person without a picture. */
const AVATAR =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64"><rect width="64" height="64" ' +
      'fill="#d8d8d8"/><circle cx="32" cy="25" r="11" fill="#fff"/>' +
      '<path d="M10 60c2-16 12-22 22-22s20 6 22 22z" fill="#fff"/></svg>',
  )

/** The button of WeChat. Source: developers.weixin.qq.com/miniprogram/dev/component/button.html */
export function buttonPart(context: BuiltInContext): BuiltIn {
  return {
    tag: 'button',
    properties: {
      type: { type: String, value: 'default' },
      size: { type: String, value: 'default' },
      plain: Boolean,
      disabled: Boolean,
      loading: Boolean,
      formType: String,
      openType: String,
      lang: String,
      sessionFrom: String,
      appParameter: String,
      hoverClass: { type: String, value: 'button-hover' },
    },
    attributes: ['type', 'size', 'plain', 'disabled', 'loading', 'openType'],
    attach(part) {
      part.element.setAttribute('role', 'button')
      part.element.addEventListener('click', () => {
        if (!part.flag('disabled')) press(part, context)
      })
      const changed = () => {
        part.element.setAttribute('aria-disabled', String(part.flag('disabled')))
      }
      return { changed }
    },
  }
}

function press(part: Part, context: BuiltInContext): void {
  const form = part.text('formType')
  if (form === 'submit' || form === 'reset') {
    part.element.dispatchEvent(new CustomEvent(`mp-${form}`, { bubbles: true }))
  }
  const openType = part.text('openType')
  if (openType === 'getPhoneNumber') void askPhone(part, context, 'getphonenumber')
  else if (openType === 'getRealtimePhoneNumber') {
    void askPhone(part, context, 'getrealtimephonenumber')
  } else if (openType === 'chooseAvatar') part.fire('chooseavatar', { avatarUrl: AVATAR })
  else if (openType !== '') reportUnsupported(`<button open-type="${openType}">`)
}

/**
 * The code is not that of wx.login. Refused or failed, the mini program gets no code; it should
 * test for that and not for the text, which differs between phones.
 */
async function askPhone(part: Part, context: BuiltInContext, event: string): Promise<void> {
  const answer = await context.host.phoneConsent()
  if (answer.allowed) {
    part.fire(event, { errMsg: 'getPhoneNumber:ok', code: answer.code })
  } else part.fire(event, { errMsg: answer.errMsg })
}
