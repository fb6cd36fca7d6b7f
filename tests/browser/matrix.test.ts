// What a native mini program may use of WXML, WXSS, WXS and the component model, one check each.
// The expectations come from WeChat's documentation, not from a recording of WeChat.
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FIXTURES } from '../phone/fake-world.ts'
import { findChromium, suiteName } from './chromium.ts'
import { openPhone, type PhoneDriver } from './phone-driver.ts'

const present = findChromium() !== null
let phone: PhoneDriver

const text = (selector: string) => phone.screen.locator(selector).first().textContent()
const click = (selector: string) => phone.screen.locator(selector).first().click()
const css = (selector: string, property: string) =>
  phone.screen
    .locator(selector)
    .first()
    .evaluate((element, name) => {
      // This runs in the browser; the tests are checked without the types of the DOM.
      const browser = globalThis as unknown as {
        getComputedStyle(of: unknown): { getPropertyValue(name: string): string }
      }
      return browser.getComputedStyle(element).getPropertyValue(name)
    }, property)

describe.skipIf(!present)(suiteName('feature matrix of the phone'), () => {
  beforeAll(async () => {
    phone = await openPhone(join(FIXTURES, 'matrix'))
    await phone.screen.locator('#wxs').waitFor()
  })
  afterAll(() => phone?.stop())
  beforeEach(() => phone.evaluate("caller.setData({ log: '' })"))

  describe('templates', templates)
  describe('events and forms', events)
  describe('components', components)
  describe('styles', styles)
  describe('pages', pages)
})

function templates() {
  test('setData takes paths and calls back', async () => {
    expect(await text('#setpath')).toBe('42 L')
    expect(await phone.evaluate('return caller.cb')).toBe(true)
  })
  test('wx:for nests and names its items', async () => {
    expect(await text('#for')).toBe('00x;01y;10z;')
  })
  test('wx:if, wx:elif and wx:else show one branch', async () => {
    expect(await text('#if')).toBe('one')
    await phone.evaluate('caller.setData({ v: 2 })')
    expect(await text('#if')).toBe('two')
    await phone.evaluate('caller.setData({ v: 3 })')
    expect(await text('#if')).toBe('other')
    await phone.evaluate('caller.setData({ v: 1 })')
  })
  test('template by name and by expression, with spread data', async () => {
    expect(await phone.screen.locator('.t').allTextContents()).toEqual(['1-52', '3-4'])
  })
  test('include copies a template in place', async () => {
    expect(await text('#inc')).toBe('included nm')
  })
  test('expressions compute', async () => {
    expect((await text('#sty'))?.trim()).toBe('pos 7 ab false')
  })
  test('inline WXS with getRegExp', async () => {
    expect(await text('#wxs')).toBe('ABC true')
  })
  test('WXS arguments are followed when they change', async () => {
    const classes = () =>
      phone.screen
        .locator('#c1, #c2, #c3, #c4, #c5')
        .evaluateAll((all) => all.map((element) => element.className))
    expect(await classes()).toEqual(['a', 'a', 'off', 'off', 'off'])
    await phone.evaluate('caller.setData({ flag: true })')
    expect(await classes()).toEqual(['a on', 'a on', 'on', 'on', 'on'])
  })
}

function events() {
  test('catchtap stops an event', async () => {
    await click('#catch')
    expect(await text('#log')).toBe('inner(undefined) ')
  })
  test('an event bubbles with dataset, mark, touches and time', async () => {
    await click('#bub')
    const outer = 'outer(bub,outer,7,x,{"k":"2","m":"mk"},tap,number,1,1,number)'
    expect(await text('#log')).toBe(`inner(9) ${outer} `)
  })
  test('a form collects its named fields', async () => {
    await click('#sub')
    expect(await text('#log')).toBe('{"u":"z","s":true} ')
  })
  test('a label presses the radio inside it', async () => {
    await click('#lab')
    expect(await text('#log')).toBe('radior1 ')
  })
  test('model:value follows an input', async () => {
    await phone.screen.locator('#inp input').fill('typed')
    expect(await text('#txt')).toBe('typed')
  })
  test('a selector query measures', async () => {
    const body = `return new Promise((done) => caller.createSelectorQuery().select('#sty')
      .boundingClientRect((box) => done(box && Math.round(box.width))).exec())`
    expect(await phone.evaluate(body)).toBe(50)
  })
}

function components() {
  test('properties, observers, behaviours, lifetimes, slots and page lifetimes', async () => {
    expect(await text('#child')).toBe('nm0|beh|attached|1ABm0')
  })
  test('triggerEvent reaches the page, and setData the component', async () => {
    await click('#child wx-view')
    expect(await text('#log')).toBe('change1 ')
    expect((await text('#child'))?.slice(0, 3)).toBe('nm1')
  })
  test('selectComponent and a method of a behaviour', async () => {
    expect(await phone.evaluate("return caller.selectComponent('#child').hello()")).toBe('hello nm')
  })
  test('selectAllComponents', async () => {
    expect(await phone.evaluate("return caller.selectAllComponents('.cc').length")).toBe(1)
  })
  test('model:value of a component writes back', async () => {
    await click('#child2 #setv')
    expect(await phone.evaluate('return caller.data.mv')).toBe('from-child')
  })
  test('relations link parent and children', async () => {
    expect(await text('#rel')).toBe('rel3')
  })
}

function styles() {
  test('external classes come from outside', async () => {
    expect(await css('#child wx-view', 'color')).toBe('rgb(255, 0, 0)')
  })
  test("the app's style does not reach into a component", async () => {
    expect(await css('#child2 wx-view', 'color')).toBe('rgb(0, 0, 0)')
  })
  test('rpx in the style of a component', async () => {
    expect(await css('#child2 wx-view', 'font-size')).toBe('10px')
  })
  test('styleIsolation apply-shared lets the style of the app in', async () => {
    expect(await css('wx-text[class*=shared]', 'color')).toBe('rgb(9, 9, 9)')
  })
  test('rpx in an inline style', async () => {
    expect(await css('#sty', 'width')).toBe('50px')
  })
  test('rpx below a media query', async () => {
    expect(await css('#sty', 'padding-top')).toBe('37.5px')
  })
  test('#id in the style of a page', async () => {
    expect(await css('#sty', 'margin-left')).toBe('1px')
  })
}

function pages() {
  test("the browser's globals are hidden", async () => {
    expect(await phone.evaluate('return caller.custom')).toBe('undefined'.repeat(4))
  })
  test('a page knows its route', async () => {
    const body = "return [caller.route, typeof caller.setData, 'options' in caller]"
    expect(await phone.evaluate(body)).toEqual(['pages/m/m', 'function', true])
  })
  test('navigateTo takes a relative path and does not decode the query', async () => {
    await phone.evaluate("life.navigation.navigateTo('../n/n?a=1&b=%E4%B8%AD')")
    await phone.screen.locator('#n').waitFor()
    expect(await text('#n')).toBe('n 1 %E4%B8%AD')
  })
  test("a page's style stays with the page, the app's reaches it", async () => {
    expect(await css('#n', 'letter-spacing')).toBe('normal')
    expect(await css('#n', 'color')).toBe('rgb(1, 2, 3)')
  })
  test('the arrow goes back', async () => {
    await phone.page.getByTestId('nav-back').click()
    await phone.screen.locator('#wxs').waitFor()
    expect(await phone.evaluate('return life.currentRoute()')).toBe('pages/m/m')
  })
  test('lifecycles come in the order of WeChat', async () => {
    const app = 'return life.stack.front.caller.logOf()'
    expect(await phone.evaluate(app)).toEqual([
      'app.onLaunch:pages/m/m',
      'app.onShow',
      'child.ready',
      'child.ready',
      'child.hide',
      'child.hide',
      'n.onLoad',
      'n.onUnload',
    ])
  })
  test('the mini program made no error', () => {
    expect(phone.errors).toEqual([])
  })
}
