// Components that only hold others or draw a little: view, text, icon, progress, rich-text…
import { asset } from '../chrome.ts'
import { isRecord, textOr } from '../program.ts'
import type { BuiltInContext } from './context.ts'
import type { BuiltIn, Part } from './part.ts'

/** The simple built-in components. */
export function plainParts(context: BuiltInContext): BuiltIn[] {
  const holders = ['view', 'cover-view', 'root-portal', 'page-container', 'swiper-item']
  return [
    ...holders.map((tag) => ({
      tag,
      properties: { animation: null, itemId: String, show: Boolean },
    })),
    {
      tag: 'text',
      properties: { selectable: Boolean, userSelect: Boolean, decode: Boolean, space: String },
      attributes: ['selectable', 'userSelect', 'space'],
    },
    imagePart('image', context),
    imagePart('cover-image', context),
    navigatorPart(context),
    iconPart,
    progressPart,
    { tag: 'rich-text', properties: { nodes: null, space: String }, attach: attachRichText },
  ]
}

function imagePart(tag: string, context: BuiltInContext): BuiltIn {
  return {
    tag,
    properties: {
      src: String,
      mode: { type: String, value: 'scaleToFill' },
      lazyLoad: Boolean,
      showMenuByLongpress: Boolean,
      webp: Boolean,
    },
    attributes: ['mode'],
    attach(part) {
      const image = document.createElement('img')
      image.alt = ''
      image.draggable = false
      part.element.appendChild(image)
      part.element.setAttribute('role', 'img')
      image.addEventListener('load', () => {
        part.fire('load', { width: image.naturalWidth, height: image.naturalHeight })
      })
      image.addEventListener('error', () => {
        part.fire('error', { errMsg: `GET ${part.text('src')} 404` })
      })
      let shown = ''
      const changed = () => {
        const source = part.text('src')
        if (source === shown) return
        shown = source
        if (source === '') image.removeAttribute('src')
        else image.src = address(source, context.route())
      }
      return { changed }
    },
  }
}

function address(source: string, route: string): string {
  if (/^(https?:|data:|blob:|\/_phone\/)/.test(source)) return source
  const path = new URL(source, `http://x/${route}`).pathname
  return asset(decodeURIComponent(path)) ?? ''
}

function navigatorPart(context: BuiltInContext): BuiltIn {
  return {
    tag: 'navigator',
    properties: {
      url: String,
      openType: { type: String, value: 'navigate' },
      delta: { type: Number, value: 1 },
      target: String,
      hoverClass: { type: String, value: 'navigator-hover' },
    },
    attach(part) {
      part.element.setAttribute('role', 'link')
      part.element.addEventListener('click', () => {
        context.navigate(part.text('openType'), part.text('url'), part.number('delta'))
      })
      return undefined
    },
  }
}

const GLYPHS: Record<string, string> = {
  success: '✓',
  success_no_circle: '✓',
  warn: '!',
  info: 'i',
  waiting: '…',
  cancel: '×',
  clear: '×',
  search: '⌕',
  download: '↓',
}

const iconPart: BuiltIn = {
  tag: 'icon',
  properties: { type: String, size: { type: null, value: 23 }, color: String },
  attributes: ['type'],
  attach(part) {
    const changed = () => {
      const { style, dataset } = part.element
      style.setProperty('--icon-size', `${Number.parseFloat(String(part.value('size')))}px`)
      if (part.text('color') !== '') style.setProperty('--icon-color', part.text('color'))
      dataset['glyph'] = GLYPHS[part.text('type')] ?? ''
    }
    return { changed }
  },
}

const progressPart: BuiltIn = {
  tag: 'progress',
  properties: {
    percent: Number,
    showInfo: Boolean,
    activeColor: String,
    backgroundColor: String,
    strokeWidth: { type: null, value: 6 },
  },
  attach(part) {
    const changed = () => {
      const { style, dataset } = part.element
      style.setProperty('--progress', `${part.number('percent')}%`)
      style.setProperty('--stroke', `${Number.parseFloat(String(part.value('strokeWidth')))}px`)
      if (part.text('activeColor') !== '') style.setProperty('--active', part.text('activeColor'))
      dataset['info'] = part.flag('showInfo') ? `${part.number('percent')}%` : ''
    }
    return { changed }
  },
}

function attachRichText(part: Part) {
  const changed = () => {
    const nodes = part.value('nodes')
    part.element.textContent = ''
    if (Array.isArray(nodes)) part.element.append(...nodes.filter(isRecord).map(richNode))
    else part.element.append(...safeHtml(String(nodes ?? '')))
  }
  return { changed }
}

const RICH_TAG =
  /^(a|abbr|b|blockquote|br|code|dd|del|div|dl|dt|em|h[1-6]|hr|i|img|ins|li|ol|p|q|s|small|span|strong|sub|sup|table|tbody|td|tfoot|th|thead|tr|u|ul)$/i

function richNode(node: Record<string, unknown>): Node {
  if (node['type'] === 'text') return document.createTextNode(textOr(node['text'], ''))
  const name = textOr(node['name'], 'span')
  const element = document.createElement(RICH_TAG.test(name) ? name : 'span')
  const attributes = isRecord(node['attrs']) ? node['attrs'] : {}
  for (const [key, value] of Object.entries(attributes)) {
    if (/^(class|style|src|alt|width|height|colspan|rowspan|start|type)$/.test(key)) {
      element.setAttribute(key, String(value))
    }
  }
  const children = Array.isArray(node['children']) ? node['children'].filter(isRecord) : []
  element.append(...children.map(richNode))
  return element
}

/** WeChat drops what it does not know; scripts and handlers never run. */
function safeHtml(html: string): Node[] {
  const parsed = new DOMParser().parseFromString(html, 'text/html')
  for (const element of parsed.body.querySelectorAll('*')) {
    if (!RICH_TAG.test(element.tagName)) element.remove()
    for (const { name } of [...element.attributes]) {
      if (!/^(class|style|src|alt|width|height|colspan|rowspan)$/.test(name)) {
        element.removeAttribute(name)
      }
    }
  }
  return [...parsed.body.childNodes]
}
