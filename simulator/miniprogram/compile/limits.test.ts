// What the phone lacks is told with file and line, and nothing else is.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ProgramCompiler } from './program.ts'

let folder = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'minitill-limits-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** What is said about a small mini program with these files. */
async function said(files: Record<string, string>): Promise<string[]> {
  const all = {
    'app.json': '{"pages":["pages/a/a"]}',
    'pages/a/a.wxml': '<view/>',
    'pages/a/a.js': 'Page({})',
    ...files,
  }
  for (const [name, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const { problems } = await new ProgramCompiler(folder).current()
  return problems.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`)
}

it('an interface that is not there, at its first use; those that are there stay silent', async () => {
  const source = `Page({
  onLoad() {
    wx.request({ url: 'https://x' })
    wx.onAppShow(() => {})
    wx.connectSocket({ url: 'wss://x' }) // wx.openBluetoothAdapter
    wx.connectSocket({ url: 'wss://y' })
    const text = 'wx.chooseLocation'
    this.wx.scanCode
  },
})`
  expect(await said({ 'pages/a/a.js': source })).toEqual([
    'pages/a/a.js:5:5 wx.connectSocket is not simulated',
  ])
})

it('a component that WeChat has and the phone has not, and one that nobody has', async () => {
  const markup = `<view>
  <map wx:if="{{a > 1}}" />
  <!-- <canvas/> -->
  <wxs module="m">var a = 1 <video; module.exports = a</wxs>
  <block><own-thing/></block>
  <gone-thing/>
</view>`
  const files = {
    'pages/a/a.wxml': markup,
    'pages/a/a.json': '{"usingComponents":{"own-thing":"/own/own"}}',
    'own/own.wxml': '<slot/>',
    'own/own.js': 'Component({})',
    'own/own.json': '{"component":true}',
  }
  const told = await said(files)
  expect(told.filter((line) => !line.includes('wxs'))).toEqual([
    'pages/a/a.wxml:2:3 <map> is not simulated',
    'pages/a/a.wxml:6:3 <gone-thing> is no component: is it missing in usingComponents?',
  ])
})

it('attributes and settings that change what a thing is', async () => {
  const told = await said({
    'app.json': '{\n"pages":["pages/a/a"],\n"plugins":{"p":{}},\n"renderer":"skyline"}',
    'pages/a/a.wxml':
      '<button open-type="share"/>\n<button open-type="getPhoneNumber"/>\n<picker mode="date"/>',
  })
  expect(told).toEqual([
    'pages/a/a.wxml:1:1 <button open-type="share"> is not simulated',
    'pages/a/a.wxml:3:1 <picker mode="date"> is not simulated',
    'app.json:3:1 plugins is not simulated',
    'app.json:4:1 "renderer": "skyline" is not simulated',
  ])
})

it('packages are left alone', async () => {
  expect(await said({ 'miniprogram_npm/x/index.js': 'wx.connectSocket({})' })).toEqual([])
})

it('what is missing is named where it is named', async () => {
  const told = await said({
    'app.json': '{\n  "pages": [\n    "pages/a/a",\n    "pages/gone/gone"\n  ]\n}',
    'pages/a/a.js': 'const a = 1\nconst b = require("./gone")\nPage({})',
  })
  expect(told).toEqual([
    'app.json:4:5 pages: "pages/gone/gone" has no pages/gone/gone.wxml',
    'pages/a/a.js:2:19 module "./gone" is not found',
  ])
})
