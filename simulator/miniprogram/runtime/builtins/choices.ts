// switch, checkbox, radio, their groups, label and form.
import type { BuiltInContext, Toggle } from './context.ts'
import type { BuiltIn, Part } from './part.ts'

const TOGGLES = 'wx-switch, wx-checkbox, wx-radio'

/** Everything a form is made of, but the text fields. */
export function choiceParts(context: BuiltInContext): BuiltIn[] {
  return [
    togglePart('switch', context),
    togglePart('checkbox', context),
    togglePart('radio', context),
    groupPart('checkbox', context),
    groupPart('radio', context),
    labelPart(context),
    formPart(context),
  ]
}

function togglePart(tag: 'switch' | 'checkbox' | 'radio', context: BuiltInContext): BuiltIn {
  return {
    tag,
    properties: {
      checked: Boolean,
      disabled: Boolean,
      value: String,
      color: String,
      type: String,
      name: String,
    },
    attributes: ['checked', 'disabled', 'type'],
    attach(part) {
      part.element.setAttribute('role', tag)
      const initial = part.flag('checked')
      const toggle = toggleOf(part, tag)
      context.toggles.set(part.element, toggle)
      if (tag === 'switch') {
        context.fields.set(part.element, {
          name: () => part.text('name'),
          value: toggle.checked,
          reset: () => toggle.check(initial),
        })
      }
      part.element.addEventListener('click', () => toggle.press())
      const changed = () => {
        part.element.setAttribute('aria-checked', String(part.flag('checked')))
        const color = part.text('color')
        if (color !== '') part.element.style.setProperty('--toggle', color)
      }
      return { changed }
    },
  }
}

function toggleOf(part: Part, tag: string): Toggle {
  const check = (checked: boolean) => part.set({ checked })
  const press = () => {
    if (part.flag('disabled')) return
    if (tag === 'radio' && part.flag('checked')) return
    check(tag === 'radio' ? true : !part.flag('checked'))
    if (tag === 'switch') part.fire('change', { value: part.flag('checked') })
    else part.element.dispatchEvent(new CustomEvent(`mp-${tag}`, { bubbles: true }))
  }
  return { check, press, checked: () => part.flag('checked'), value: () => part.text('value') }
}

function groupPart(tag: 'checkbox' | 'radio', context: BuiltInContext): BuiltIn {
  return {
    tag: `${tag}-group`,
    properties: { name: String },
    attach(part) {
      const all = () =>
        [...part.element.querySelectorAll(`wx-${tag}`)].flatMap((element) => {
          const toggle = context.toggles.get(element)
          return toggle === undefined ? [] : [{ element, toggle }]
        })
      const value = () => {
        const on = all().filter((one) => one.toggle.checked())
        const values = on.map((one) => one.toggle.value())
        return tag === 'radio' ? (values[0] ?? '') : values
      }
      part.element.addEventListener(`mp-${tag}`, (event) => {
        for (const { element, toggle } of tag === 'radio' ? all() : []) {
          if (element !== event.target) toggle.check(false)
        }
        part.fire('change', { value: value() })
      })
      context.fields.set(part.element, {
        name: () => part.text('name'),
        value,
        reset: () => {
          for (const { toggle } of all()) toggle.check(false)
        },
      })
      return undefined
    },
  }
}

function labelPart(context: BuiltInContext): BuiltIn {
  return {
    tag: 'label',
    properties: { for: String },
    attach(part) {
      part.element.addEventListener('click', (event) => {
        const hit = event.target instanceof Element ? event.target : part.element
        if (hit.closest(`${TOGGLES}, wx-input, wx-button`) !== null) return
        const id = part.text('for')
        const target =
          id === ''
            ? part.element.querySelector(`${TOGGLES}, wx-input`)
            : part.element.closest('.mp-page')?.querySelector(`#${CSS.escape(id)}`)
        if (!target) return
        context.toggles.get(target)?.press()
        target.querySelector('input')?.focus()
      })
      return undefined
    },
  }
}

function formPart(context: BuiltInContext): BuiltIn {
  return {
    tag: 'form',
    properties: { reportSubmit: Boolean },
    attach(part) {
      const fields = () =>
        [...part.element.querySelectorAll('*')].flatMap((element) => {
          const field = context.fields.get(element)
          return field === undefined ? [] : [field]
        })
      part.element.addEventListener('mp-submit', () => {
        const named = fields().filter((field) => field.name() !== '')
        const value = Object.fromEntries(named.map((field) => [field.name(), field.value()]))
        part.fire('submit', { value })
      })
      part.element.addEventListener('mp-reset', () => {
        for (const field of fields()) field.reset()
        part.fire('reset', {})
      })
      return undefined
    },
  }
}
