// scroll-view, swiper and picker.
import { isRecord, textOr } from '../program.ts'
import { reportUnsupported } from '../unsupported.ts'
import type { BuiltInContext } from './context.ts'
import type { Behaviour, BuiltIn, Part } from './part.ts'

/** Components that move. */
export function scrollingParts(context: BuiltInContext): BuiltIn[] {
  return [scrollViewPart, swiperPart, pickerPart(context)]
}

const scrollViewPart: BuiltIn = {
  tag: 'scroll-view',
  properties: {
    scrollX: Boolean,
    scrollY: Boolean,
    scrollTop: { type: null, value: null },
    scrollLeft: { type: null, value: null },
    scrollIntoView: String,
    scrollWithAnimation: Boolean,
    lowerThreshold: { type: null, value: 50 },
    upperThreshold: { type: null, value: 50 },
    enableFlex: Boolean,
    enhanced: Boolean,
    showScrollbar: Boolean,
    refresherEnabled: Boolean,
    refresherTriggered: Boolean,
    type: String,
  },
  attributes: ['scrollX', 'scrollY', 'enableFlex'],
  attach: attachScrollView,
}

function attachScrollView(part: Part): Behaviour {
  const { element } = part
  let low = false
  element.addEventListener('scroll', () => {
    const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = element
    part.fire('scroll', { scrollTop, scrollLeft, scrollHeight, scrollWidth })
    const left = scrollHeight - scrollTop - element.clientHeight
    const near = left <= Number.parseFloat(String(part.value('lowerThreshold')))
    if (near && !low) part.fire('scrolltolower', { direction: 'bottom' })
    low = near
  })
  const given = { top: NaN, left: NaN, into: '' }
  const changed = () => {
    const behavior = part.flag('scrollWithAnimation') ? 'smooth' : 'auto'
    const top = Number.parseFloat(String(part.value('scrollTop')))
    const left = Number.parseFloat(String(part.value('scrollLeft')))
    if (!Number.isNaN(top) && top !== given.top) element.scrollTo({ top, behavior })
    if (!Number.isNaN(left) && left !== given.left) element.scrollTo({ left, behavior })
    const into = part.text('scrollIntoView')
    if (into !== '' && into !== given.into) {
      element.querySelector(`#${CSS.escape(into)}`)?.scrollIntoView({ behavior, block: 'start' })
    }
    Object.assign(given, { top, left, into })
  }
  return { changed }
}

const swiperPart: BuiltIn = {
  tag: 'swiper',
  properties: {
    current: Number,
    autoplay: Boolean,
    interval: { type: Number, value: 5000 },
    duration: { type: Number, value: 500 },
    circular: Boolean,
    vertical: Boolean,
    indicatorDots: Boolean,
    indicatorColor: { type: String, value: 'rgba(0, 0, 0, .3)' },
    indicatorActiveColor: { type: String, value: '#000000' },
  },
  attributes: ['vertical'],
  attach: attachSwiper,
}

/** Slides are moved by transforms; a swipe of a fifth of the width turns to the next one. */
function attachSwiper(part: Part): Behaviour {
  const { element } = part
  const dots = document.createElement('div')
  dots.className = 'mp-swiper-dots'
  element.appendChild(dots)
  let index = part.number('current')
  let asked = index
  const items = () => [...element.querySelectorAll<HTMLElement>('wx-swiper-item')]
  const draw = () => {
    const all = items()
    const axis = part.flag('vertical') ? 'Y' : 'X'
    for (const [at, item] of all.entries()) {
      item.style.transitionDuration = `${part.number('duration')}ms`
      item.style.transform = `translate${axis}(${(at - index) * 100}%)`
    }
    dots.hidden = !part.flag('indicatorDots')
    dots.replaceChildren(...all.map((_item, at) => dotOf(part, at === index)))
  }
  const go = (next: number, source: string) => {
    const count = items().length
    const wanted = part.flag('circular') && count > 0 ? (next + count) % count : next
    if (wanted < 0 || wanted >= count || wanted === index) return
    index = wanted
    draw()
    part.fire('change', { current: index, source })
  }
  swipes(element, (step) => go(index + step, 'touch'))
  const observer = new MutationObserver(draw)
  observer.observe(element, { childList: true, subtree: false })
  const timer = setInterval(() => {
    if (part.flag('autoplay') && items().length > 1) go((index + 1) % items().length, 'autoplay')
  }, part.number('interval'))
  setTimeout(draw, 0)
  const changed = () => {
    if (part.number('current') !== asked) index = asked = part.number('current')
    draw()
  }
  const detached = () => {
    clearInterval(timer)
    observer.disconnect()
  }
  return { changed, detached }
}

function dotOf(part: Part, active: boolean): HTMLElement {
  const dot = document.createElement('i')
  dot.style.background = part.text(active ? 'indicatorActiveColor' : 'indicatorColor')
  return dot
}

function swipes(element: HTMLElement, turn: (step: 1 | -1) => void): void {
  let start: number | null = null
  element.addEventListener('pointerdown', (event) => {
    start = event.clientX
  })
  element.addEventListener('pointerup', (event) => {
    const distance = event.clientX - (start ?? event.clientX)
    if (Math.abs(distance) > element.clientWidth / 5) turn(distance < 0 ? 1 : -1)
    start = null
  })
}

function pickerPart(context: BuiltInContext): BuiltIn {
  return {
    tag: 'picker',
    properties: {
      mode: { type: String, value: 'selector' },
      range: null,
      rangeKey: String,
      value: null,
      disabled: Boolean,
      name: String,
      start: String,
      end: String,
      headerText: String,
    },
    attach(part) {
      context.fields.set(part.element, {
        name: () => part.text('name'),
        value: () => part.value('value'),
        reset: () => part.set({ value: 0 }),
      })
      part.element.addEventListener('click', () => {
        if (!part.flag('disabled')) void pick(part, context)
      })
      return undefined
    },
  }
}

async function pick(part: Part, context: BuiltInContext): Promise<void> {
  if (part.text('mode') !== 'selector') {
    reportUnsupported(`<picker mode="${part.text('mode')}">`)
    return
  }
  const range = part.value('range')
  const key = part.text('rangeKey')
  const names = (Array.isArray(range) ? range : []).map((item: unknown) =>
    isRecord(item) && key !== '' ? textOr(item[key], String(item[key])) : String(item),
  )
  const picked = await context.host.picker(names, Number(part.value('value') ?? 0))
  if (picked === null) {
    part.fire('cancel', {})
    return
  }
  part.set({ value: picked })
  part.fire('change', { value: String(picked) })
}
