// What a mini program may ask about the phone and about itself.
import type { PhoneHost } from '../host.ts'
import { textOr } from '../program.ts'
import { requireTypes, wxFunction } from './convention.ts'

const LIBRARY_VERSION = '3.8.12'
const WECHAT_VERSION = '8.0.50'
const BASE = {
  SDKVersion: LIBRARY_VERSION,
  version: WECHAT_VERSION,
  language: 'zh_CN',
  theme: 'light',
  enableDebug: false,
  host: { env: 'WeChat' },
  fontSizeSetting: 16,
}
const DEVICE = {
  brand: 'devtools',
  model: 'iPhone 13 mini',
  platform: 'devtools',
  system: 'iOS 17.0',
  abi: 'arm64',
  benchmarkLevel: 50,
}

/** Small constants, and the drawn phone's own measures. */
export function deviceFunctions(host: PhoneHost): Record<string, unknown> {
  const system = () => ({ ...BASE, ...DEVICE, ...windowInfo(host) })
  let clipboard = ''
  const doNothing = (name: string) => wxFunction(name, () => undefined)
  return {
    getAccountInfoSync: () => ({
      miniProgram: { appId: host.appid(), envVersion: 'develop', version: '' },
    }),
    // Only a mini program made from a template by a third party has one.
    getExtConfigSync: () => ({}),
    getExtConfig: wxFunction('getExtConfig', () => ({ extConfig: {} })),
    getSystemInfoSync: system,
    getSystemInfo: wxFunction('getSystemInfo', system),
    getSystemInfoAsync: wxFunction('getSystemInfoAsync', system),
    getWindowInfo: () => windowInfo(host),
    getAppBaseInfo: () => BASE,
    getDeviceInfo: () => DEVICE,
    getMenuButtonBoundingClientRect: () => ({ ...host.metrics().capsule }),
    getNetworkType: wxFunction('getNetworkType', () => ({ networkType: 'wifi' })),
    getUpdateManager: () => ({
      onCheckForUpdate: (listener: (answer: object) => void) => listener({ hasUpdate: false }),
      onUpdateReady: () => undefined,
      onUpdateFailed: () => undefined,
      applyUpdate: () => undefined,
    }),
    setClipboardData: wxFunction('setClipboardData', (options) => {
      requireTypes(options, { data: 'String' })
      clipboard = String(options['data'])
      say(host, '内容已复制', 'success')
    }),
    getClipboardData: wxFunction('getClipboardData', () => ({ data: clipboard })),
    makePhoneCall: wxFunction('makePhoneCall', (options) => {
      requireTypes(options, { phoneNumber: 'String' })
      say(host, `拨打电话 ${textOr(options['phoneNumber'], '')}`, 'none')
    }),
    exitMiniProgram: wxFunction('exitMiniProgram', () => host.leave()),
    ...Object.fromEntries(
      [
        'showShareMenu',
        'hideShareMenu',
        'setBackgroundTextStyle',
        'vibrateShort',
        'vibrateLong',
        'setKeepScreenOn',
      ].map((name) => [name, doNothing(name)]),
    ),
    env: { USER_DATA_PATH: 'http://usr' },
  }
}

function say(host: PhoneHost, title: string, icon: 'success' | 'none'): void {
  host.toast({ title, icon, image: null, durationMs: 1500, mask: false })
}

function windowInfo(host: PhoneHost): object {
  const { screenWidth, screenHeight, statusBarHeight, safeAreaBottom } = host.metrics()
  const bottom = screenHeight - safeAreaBottom
  return {
    pixelRatio: 3,
    screenWidth,
    screenHeight,
    windowWidth: innerWidth,
    windowHeight: innerHeight,
    statusBarHeight,
    screenTop: screenHeight - innerHeight,
    safeArea: {
      left: 0,
      right: screenWidth,
      top: statusBarHeight,
      bottom,
      width: screenWidth,
      height: bottom - statusBarHeight,
    },
  }
}
