import type { MiniErrorEntry, RegistryCode } from './mini-error.ts'
import { advice, type Reaction } from './reaction.ts'

const row = (reaction: Reaction, registryCode: RegistryCode, zh: string, en: string) => ({
  ...advice(reaction, zh, en),
  registryCode,
})
const setup = (zh: string, en: string) => row('stop', 'wechat_unavailable', zh, en)
const staleToken = (zh: string, en: string) => ({
  ...row('retry', 'wechat_unavailable', zh, en),
  refreshToken: true as const,
})
const wrongSecret = setup('AppSecret 错误', 'the AppSecret is wrong')

/**
 * Global errcodes and those of login, tokens, phone numbers and session keys (全局返回码,
 * 小程序登录, 获取接口调用凭据, 手机号, 检验登录态).
 */
export const LOGIN_ERRORS: Readonly<Record<number, MiniErrorEntry>> = {
  [-1]: {
    ...row('retry', 'wechat_unavailable', '微信系统繁忙，请稍后再试', 'WeChat is busy'),
    // A failed exchange may have used the code up, so the same code is never sent twice.
    at: {
      login: row(
        'person',
        'wechat_unavailable',
        '微信系统繁忙，请重新登录',
        'WeChat is busy. Please log in again.',
      ),
    },
  },
  1: advice('stop', '没有找到该加密数据', 'no such encrypted data in the last three days'),
  40001: {
    ...staleToken('access_token 无效或不是最新', 'access_token is invalid or not the latest'),
    // When a token is asked for, the same errcode means the secret.
    at: { token: wrongSecret, login: wrongSecret },
  },
  40002: setup('grant_type 错误', 'grant_type is wrong'),
  40003: {
    ...advice('stop', 'openid 错误', 'openid is wrong'),
    at: {
      phone: row(
        'person',
        'invalid_request',
        '手机号授权不属于当前用户，请重新授权',
        'This phone code belongs to another person. Please authorise again.',
      ),
    },
  },
  40013: setup('appid 错误', 'the appid is wrong'),
  40014: staleToken('access_token 不合法', 'access_token is malformed or unknown'),
  40029: {
    ...row(
      'person',
      'login_code_invalid',
      'code 无效或已过期，请重新登录',
      'The login code is not valid or has expired. Please log in again.',
    ),
    at: {
      phone: row(
        'person',
        'invalid_request',
        '手机号授权已失效，请重新授权',
        'The phone code is not valid, was used, or has expired. Please authorise again.',
      ),
    },
  },
  40066: setup('接口地址错误或账号没有该接口', 'wrong path, or not granted to this account'),
  40097: advice('stop', '参数错误', 'a parameter is wrong'),
  40125: wrongSecret,
  40163: {
    ...row(
      'person',
      'login_code_used',
      'code 已被使用，请重新登录',
      'The login code was used before. Please log in again.',
    ),
  },
  40164: setup('服务器 IP 不在白名单中', "this server's IP is not in the account's whitelist"),
  40226: row(
    'person',
    'login_blocked',
    '您的账号存在安全风险，暂时无法登录',
    'WeChat blocks this login because of a risk to the account.',
  ),
  40243: setup('AppSecret 已被冻结', 'the AppSecret is frozen'),
  41001: setup('缺少 access_token', 'access_token is missing'),
  41002: setup('缺少 appid', 'appid is missing'),
  41004: setup('缺少 AppSecret', 'the AppSecret is missing'),
  41008: row(
    'person',
    'login_code_invalid',
    '缺少 code，请重新登录',
    'The login code is missing. Please log in again.',
  ),
  42001: staleToken('access_token 已过期', 'access_token has expired'),
  42003: row(
    'person',
    'login_code_invalid',
    'code 已过期，请重新登录',
    'The login code has expired. Please log in again.',
  ),
  43002: advice('stop', '需要 POST 请求', 'must be a POST'),
  44002: advice('stop', 'POST 数据为空', 'the body is empty'),
  45009: row('retry', 'rate_limited', '已达每日调用上限', 'the daily quota is used up'),
  45011: {
    ...row('retry', 'rate_limited', '调用过于频繁，请下一分钟再试', 'too many calls this minute'),
    at: {
      login: row(
        'person',
        'rate_limited',
        '登录过于频繁，请稍后再试',
        'Too many logins. Please try again in a minute.',
      ),
      phone: row(
        'person',
        'rate_limited',
        '操作过于频繁，请稍后再试',
        'Too many tries. Please try again in a minute.',
      ),
    },
  },
  47001: advice('stop', '数据格式错误', 'a field is missing or of the wrong type'),
  48001: setup('账号没有该接口权限', 'the account may not use this interface'),
  48006: advice('stop', '本月清零次数已用完', 'no more quota clears this month'),
  50004: setup('禁止使用 token 接口', 'the account may not fetch tokens'),
  50007: setup('账号已被冻结', 'the account is frozen'),
  61003: setup('未获第三方授权', 'not authorised for the third-party platform'),
  61004: setup('第三方平台 IP 未登记', "this server's IP is not registered"),
  61011: setup('第三方平台 component 无效', 'the third-party component is invalid'),
  76001: advice('stop', 'rid 不存在', 'no such rid'),
  76002: advice('stop', 'rid 格式错误', 'malformed rid'),
  76003: advice('stop', 'rid 属于其他账号', 'the rid belongs to another account'),
  76004: advice('stop', 'rid 已超过七天', 'the rid is older than seven days'),
  76021: advice('stop', '接口路径不存在', 'no such path'),
  76022: advice('stop', '该接口不支持查询额度', 'quota of this path cannot be read'),
  87007: row(
    'person',
    'unauthenticated',
    '登录态已失效，请重新登录',
    'The session key is gone. Please log in again.',
  ),
  87008: advice('stop', 'sig_method 错误', 'sig_method is wrong'),
  87009: row(
    'person',
    'unauthenticated',
    '登录态已失效，请重新登录',
    'The session key is no longer valid. Please log in again.',
  ),
  89002: advice('stop', '小程序未绑定开放平台', 'not bound to an open platform account'),
  89300: advice('stop', '订单无效', 'no such trade'),
  89503: setup('该 IP 需要管理员确认', 'the administrator must confirm this IP'),
  89506: setup('管理员已拒绝该 IP，24 小时内不可用', 'this IP was refused for 24 hours'),
  89507: setup('管理员已拒绝该 IP，1 小时内不可用', 'this IP was refused for one hour'),
}
