/** `minitill/simulator`: WeChat inside a test suite. docs/simulator/testing.md shows how. */
export { ControlError } from './client.ts'
export { connectWechat } from './connect.ts'
export { createWechat, type WechatSuiteOptions } from './create.ts'
export {
  type NotificationFault,
  type NotificationInput,
  type SignedNotification,
  signedNotification,
} from './notification.ts'
export type * from './shapes.ts'
