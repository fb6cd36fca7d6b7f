// How a built-in component is written here: a name, its properties, and what it does once it is in
// the tree. Everything glass-easel wants to know about it is said in this file.
import { BUILT_IN_TAGS } from '../../tags.ts'
import type { ComponentSpace, EngineComponent } from '../engine.ts'
import { numberOr, textOr } from '../program.ts'

type Type = typeof String | typeof Number | typeof Boolean | null
export type Property = Type | { type: Type; value: unknown }

/** One built-in component in the tree. */
export interface Part {
  element: HTMLElement
  value(name: string): unknown
  text(name: string): string
  flag(name: string): boolean
  number(name: string): number
  set(values: Record<string, unknown>): void
  /** An event that does not bubble, as those of WeChat's components. */
  fire(name: string, detail: unknown): void
}

export interface Behaviour {
  /** After any property changed. */
  changed?: () => void
  detached?: () => void
}

export interface BuiltIn {
  tag: string
  properties?: Record<string, Property>
  /** Properties written to the DOM as attributes, for the style sheet. */
  attributes?: string[]
  attach?: (part: Part) => Behaviour | undefined
}

const COMMON: Record<string, Property> = {
  hidden: Boolean,
  hoverClass: String,
  hoverStayTime: { type: Number, value: 80 },
  hoverStartTime: Number,
  hoverStopPropagation: Boolean,
}

/** Makes a built-in component known under its WeChat name. */
export function registerBuiltIn(space: ComponentSpace, spec: BuiltIn): void {
  if (!BUILT_IN_TAGS.has(spec.tag)) throw new Error(`${spec.tag} is missing in tags.ts`)
  const properties = { ...COMMON, ...spec.properties }
  const behaviours = new WeakMap<object, () => void>()
  const endings = new WeakMap<object, () => void>()
  const component = space.defineComponent({
    is: `wx://${spec.tag}`,
    properties,
    observers: {
      [Object.keys(properties).join(', ')](this: EngineComponent) {
        behaviours.get(this)?.()
      },
    },
    lifetimes: {
      attached(this: EngineComponent) {
        const part = partOf(this)
        const behaviour = spec.attach?.(part) ?? {}
        const update = () => {
          reflect(part, ['hidden', ...(spec.attributes ?? [])])
          behaviour.changed?.()
        }
        behaviours.set(this, update)
        if (behaviour.detached !== undefined) endings.set(this, behaviour.detached)
        pressable(part)
        update()
      },
      detached(this: EngineComponent) {
        endings.get(this)?.()
      },
    },
  })
  space.setGlobalUsingComponent(spec.tag, component)
}

function partOf(component: EngineComponent): Part {
  const value = (name: string) => component.data[name]
  return {
    element: component.getBackendElement(),
    value,
    text: (name) => textOr(value(name), ''),
    flag: (name) => value(name) === true,
    number: (name) => numberOr(value(name), 0),
    set: (values) => component.setData(values),
    fire: (name, detail) =>
      component.triggerEvent(name, detail, { bubbles: false, composed: false }),
  }
}

function reflect(part: Part, names: string[]): void {
  for (const name of names) {
    const value = part.value(name)
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    if (value === false || value === '' || value === null || value === undefined) {
      part.element.removeAttribute(attribute)
    } else part.element.setAttribute(attribute, value === true ? '' : String(value))
  }
}

/** While a finger rests on it, a component carries its hover class. */
function pressable(part: Part): void {
  const classes = () => {
    const names = part.text('hoverClass')
    return names === '' || names === 'none' || part.flag('disabled') ? [] : names.split(/\s+/)
  }
  const leave = () => {
    setTimeout(() => part.element.classList.remove(...classes()), part.number('hoverStayTime'))
  }
  part.element.addEventListener('pointerdown', () => part.element.classList.add(...classes()))
  for (const end of ['pointerup', 'pointerleave', 'pointercancel']) {
    part.element.addEventListener(end, leave)
  }
}
