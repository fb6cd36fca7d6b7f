// input and textarea.
import type { BuiltInContext } from './context.ts'
import type { Behaviour, BuiltIn, Part, Property } from './part.ts'

const PROPERTIES: Record<string, Property> = {
  value: null,
  type: { type: String, value: 'text' },
  password: Boolean,
  placeholder: String,
  placeholderStyle: String,
  placeholderClass: { type: String, value: 'input-placeholder' },
  disabled: Boolean,
  maxlength: { type: Number, value: 140 },
  focus: Boolean,
  autoFocus: Boolean,
  name: String,
  confirmType: { type: String, value: 'done' },
  confirmHold: Boolean,
  cursor: Number,
  cursorSpacing: Number,
  adjustPosition: { type: Boolean, value: true },
  holdKeyboard: Boolean,
  autoHeight: Boolean,
  showConfirmBar: Boolean,
  fixed: Boolean,
}
const KEYBOARDS: Record<string, string> = { number: 'numeric', digit: 'decimal', idcard: 'text' }

/** The two text fields. Source: developers.weixin.qq.com/miniprogram/dev/component/input.html */
export function fieldParts(context: BuiltInContext): BuiltIn[] {
  return (['input', 'textarea'] as const).map((tag) => ({
    tag,
    properties: PROPERTIES,
    attributes: ['disabled', 'autoHeight'],
    attach: (part: Part) => attachField(part, tag, context),
  }))
}

function attachField(part: Part, tag: 'input' | 'textarea', context: BuiltInContext): Behaviour {
  const field = document.createElement(tag)
  const given = () => String(part.value('value') ?? '')
  field.value = given()
  const initial = field.value
  part.element.appendChild(field)
  listen(part, field)
  context.fields.set(part.element, {
    name: () => part.text('name'),
    value: () => field.value,
    reset: () => part.set({ value: initial }),
  })
  let last = given()
  let focused = false
  const changed = () => {
    if (given() !== last || field.value !== given()) {
      last = given()
      if (field.value !== last) field.value = last
    }
    applySettings(part, field)
    const focus = part.flag('focus') || part.flag('autoFocus')
    if (focus && !focused) setTimeout(() => field.focus(), 0)
    focused = focus
  }
  return { changed }
}

function applySettings(part: Part, field: HTMLInputElement | HTMLTextAreaElement): void {
  if (field instanceof HTMLInputElement) field.type = part.flag('password') ? 'password' : 'text'
  field.inputMode = KEYBOARDS[part.text('type')] ?? 'text'
  field.placeholder = part.text('placeholder')
  field.disabled = part.flag('disabled')
  const limit = part.number('maxlength')
  if (limit >= 0) field.maxLength = limit
  else field.removeAttribute('maxlength')
  if (field instanceof HTMLTextAreaElement && part.flag('autoHeight')) {
    field.style.height = 'auto'
    field.style.height = `${field.scrollHeight}px`
  }
}

function listen(part: Part, field: HTMLInputElement | HTMLTextAreaElement): void {
  const detail = () => ({ value: field.value, cursor: field.selectionStart ?? field.value.length })
  field.addEventListener('input', (event) => {
    event.stopPropagation()
    part.set({ value: field.value })
    part.fire('input', { ...detail(), keyCode: 0 })
  })
  field.addEventListener('focus', () => part.fire('focus', { ...detail(), height: 0 }))
  field.addEventListener('blur', () => part.fire('blur', detail()))
  field.addEventListener('change', (event) => event.stopPropagation())
  field.addEventListener('keydown', (event) => {
    const pressed = event instanceof KeyboardEvent ? event.key : ''
    if (pressed === 'Enter' && field instanceof HTMLInputElement) part.fire('confirm', detail())
  })
}
