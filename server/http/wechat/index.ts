import type { RoutePlugin } from '../app/index.ts'
import { pushMessages } from './messages.ts'
import { payNotices } from './pay-notice.ts'

/** What WeChat calls: raw bytes, verified by flows. */
export const wechatRoutes: readonly RoutePlugin[] = [payNotices, pushMessages]
