// glass-easel draws into the DOM of the screen through this backend.
import { BUILT_IN_TAGS } from '../tags.ts'
import { type Backend, engine } from './engine.ts'
import { isRecord, numberOr } from './program.ts'

/** 750 rpx are the width of the screen. */
export function replaceRpx(style: string): string {
  return style.replace(/(-?\d*\.?\d+)rpx\b/g, 'calc($1 * 100vw / 750)')
}

/** Creates the backend; `scrolled` says how far the page in front is scrolled (pixels). */
export function createBackend(scrolled: () => number): Backend {
  const backend = new engine.CurrentWindowBackendContext()
  backend.document = {
    createElement,
    createTextNode: (text) => document.createTextNode(text),
    createDocumentFragment: () => document.createDocumentFragment(),
  }
  // 0.12.1 knows no Event.triggerBackendEvent yet, so events are dispatched by hand.
  backend.onEvent((target, type, detail, options) => {
    const event = new engine.Event(type, detail, options)
    if (/^(tap|touch|longpress|longtap)/.test(type)) {
      const touch = touchOf(detail, scrolled())
      event.touches = type === 'touchend' ? [] : [touch]
      event.changedTouches = [touch]
    }
    engine.Event.dispatchEvent(target, event)
    return event.getEventBubbleStatus()
  })
  return backend
}

function createElement(tag: string): HTMLElement {
  const name = BUILT_IN_TAGS.has(tag) ? `wx-${tag}` : tag.replace(/^html-/, '')
  const element = document.createElement(name)
  const setAttribute = element.setAttribute.bind(element)
  element.setAttribute = (key, value) => {
    setAttribute(key, key === 'style' ? replaceRpx(value) : value)
  }
  return element
}

/** WeChat's TouchEvent carries these fields also for a tap. */
function touchOf(detail: unknown, scrollTop: number): object {
  const fields = isRecord(detail) ? detail : {}
  const x = numberOr(fields['x'] ?? fields['clientX'], 0)
  const y = numberOr(fields['y'] ?? fields['clientY'], 0)
  return { identifier: 0, pageX: x, pageY: y + scrollTop, clientX: x, clientY: y }
}
