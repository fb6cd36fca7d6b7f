import type { PayErrorEntry } from './pay-error.ts'
import { advice } from './reaction.ts'

/**
 * Every error code in WeChat Pay's tables for orders, refunds, bills, combined orders, profit
 * sharing and transfers, in its present spelling (基础支付, 退款, 账单, 合单, 分账, 商家转账 错误码).
 */
export const PAY_ERRORS: Readonly<Record<string, PayErrorEntry>> = {
  PARAM_ERROR: advice('stop', '请求参数错误', 'a parameter of our request is wrong'),
  INVALID_REQUEST: {
    ...advice('stop', '请求不符合业务规则', 'the request breaks a rule of the interface'),
    at: {
      // Other parameters than the first time, or a number that was paid or closed before.
      prepay: {
        ...advice('ask', '商户订单号已被占用，请先查询', 'the number was used differently: query'),
        meaning: 'number_used',
      },
      combine: advice(
        'ask',
        '合单参数与原单不一致，请先查询',
        'differs from the first order: query',
      ),
      close: advice('ask', '当前订单不能关闭，请先查询', 'cannot be closed now: query'),
      refund: {
        ...advice('ask', '退款请求与原单不一致，请先查询', 'refund differs or is over: query'),
        // Too old, too many parts, nothing left, or an earlier request of this number differs.
        meaning: 'rule',
      },
      abnormal_refund: {
        ...advice('ask', '退款单当前状态不支持该操作，请先查询', 'not abnormal now: query'),
        meaning: 'rule',
      },
      transfer: advice('ask', '转账单信息不一致，请先查询', 'transfer differs: query'),
    },
  },
  SIGN_ERROR: advice('stop', '签名或证书错误', 'our signature or certificate is wrong'),
  NO_AUTH: advice('stop', '商户号没有该产品权限或收款受限', 'the merchant lacks this permission'),
  APPID_MCHID_NOT_MATCH: advice('stop', 'appid 未绑定该商户号', 'appid and mchid are not bound'),
  MCH_NOT_EXISTS: advice('stop', '商户号不存在', 'no such merchant number'),
  REQUEST_BLOCKED: advice('stop', '请求被拦截', 'the request was blocked'),
  // Listed with HTTP 500, and yet our mistake: trying again never helps.
  OPENID_MISMATCH: advice('stop', 'openid 与 appid 不匹配', 'openid belongs to another appid'),

  SYSTEM_ERROR: {
    ...advice('ask', '微信支付系统繁忙，结果未知', 'WeChat Pay failed: outcome unknown'),
    at: {
      prepay: advice('retry', '系统繁忙，请用原参数重试', 'busy: repeat with the same parameters'),
      combine: advice('retry', '系统繁忙，请用原参数重试', 'busy: repeat with the same parameters'),
      query: advice('retry', '系统繁忙，请稍后再查', 'busy: query again later'),
      refund_query: advice('retry', '系统繁忙，请稍后再查', 'busy: query again later'),
      close: advice('retry', '系统繁忙，请重新关单', 'busy: close again, then query'),
      bill: advice('retry', '系统繁忙，请稍后再试', 'busy: try again later'),
      certificates: advice('retry', '系统繁忙，请稍后再试', 'busy: try again later'),
    },
  },
  SERVICE_UNAVAILABLE: advice('ask', '服务不可用，结果未知', 'not available: outcome unknown'),
  BANK_ERROR: advice('ask', '银行系统异常，请先查询', 'the bank failed: query'),
  INVALID_TRANSACTIONID: advice('ask', '微信订单号无效，请先查询', 'bad transaction id: query'),
  FREQUENCY_LIMITED: {
    ...advice('retry', '请求过于频繁，请稍后用原参数重试', 'too fast: same parameters later'),
    meaning: 'limited',
    at: {
      // The refund may have been accepted all the same.
      refund: {
        ...advice('ask', '请求过于频繁，请先查询退款', 'too fast: query the refund first'),
        meaning: 'limited',
      },
      transfer: {
        ...advice('ask', '请求过于频繁，请先查询转账', 'too fast: query the transfer first'),
        meaning: 'limited',
      },
    },
  },
  BIZ_ERR_NEED_RETRY: advice('retry', '请用原退款单号重试', 'repeat with the same number'),

  ORDER_PAID: {
    ...advice('ask', '该订单已支付，请查询确认', 'already paid: query and book it'),
    meaning: 'paid',
  },
  ORDER_CLOSED: {
    ...advice('ask', '该订单已关闭，请查询确认', 'already closed: query, then a new number'),
    meaning: 'closed',
  },
  OUT_TRADE_NO_USED: {
    ...advice('ask', '商户订单号重复，请先查询', 'number used before: query, then a new one'),
    meaning: 'number_used',
  },
  ORDER_NOT_EXIST: {
    // Right after a lost prepay this is no proof: the order may still appear.
    ...advice('ask', '订单不存在，请勿立即判定失败', 'no such order, perhaps not yet'),
    meaning: 'missing',
  },
  USER_PAYING: {
    ...advice('ask', '用户支付中，请稍后查询', 'the payer is paying: wait, then query'),
    meaning: 'paying',
  },
  TRADE_ERROR: advice('ask', '交易异常，请先查询', 'the trade was refused: query'),
  RULE_LIMIT: {
    ...advice('person', '该笔交易受限，暂时无法支付', 'This payment is restricted for now.'),
    at: {
      query: advice('retry', '业务规则限制，请稍后再查', 'limited by a rule: query again later'),
      close: advice('ask', '业务规则限制，请先查询', 'limited by a rule: query'),
      refund: advice('stop', '业务规则限制退款', 'a rule forbids this refund'),
      sharing: advice('stop', '业务规则限制分账', 'a rule forbids this sharing'),
    },
  },
  ACCOUNT_ERROR: advice(
    'person',
    '您的微信支付账户异常，请联系微信支付客服',
    'Your WeChat Pay account has a problem. Please contact WeChat Pay.',
  ),
  NOT_ENOUGH: {
    ...advice(
      'person',
      '余额不足，请换一种支付方式',
      'Not enough balance. Please pay another way.',
    ),
    at: {
      refund: {
        ...advice('ask', '商户余额不足，充值后用原单号重试', 'top up, then the same number'),
        meaning: 'top_up',
      },
      sharing: advice('stop', '分账金额不足', 'not enough left to share'),
      transfer: {
        ...advice('ask', '商户余额不足，充值后用原单号重试', 'top up, then the same number'),
        meaning: 'top_up',
      },
    },
  },

  USER_ACCOUNT_ABNORMAL: advice('stop', '用户账户异常，请改用其他方式退款', 'refund another way'),
  RESOURCE_NOT_EXISTS: {
    ...advice('ask', '资源不存在，请先查询', 'no such thing: query'),
    meaning: 'missing',
    at: {
      refund: {
        ...advice('ask', '订单不存在或未支付，请查询订单', 'no such paid order: query the order'),
        meaning: 'missing',
      },
      refund_query: {
        ...advice('retry', '退款单不存在，请用原单号重新申请', 'apply again, same number'),
        meaning: 'missing',
      },
      abnormal_refund: {
        ...advice('ask', '退款单不存在，请先查询', 'no such refund: query'),
        meaning: 'missing',
      },
      certificates: advice(
        'stop',
        '无可用的平台证书，请使用微信支付公钥',
        'this merchant has no platform certificate: configure the WeChat Pay public key',
      ),
    },
  },
  TRADE_OVERDUE: advice('stop', '订单已超过可退款期限', 'too old to be refunded'),
  REFUND_FEE_MISMATCH: advice('stop', '退款金额与之前请求不一致', 'refund amount differs'),
  NOT_FOUND: {
    ...advice('ask', '记录不存在，请稍后再查', 'not found, perhaps not yet'),
    meaning: 'missing',
  },
  USER_ERROR: advice('ask', '用户信息异常，请先查询', 'something about the user: query'),

  NO_STATEMENT_EXIST: {
    ...advice('stop', '当日没有交易，账单为空', 'no trades that day: the bill is empty'),
    meaning: 'empty_bill',
  },
  STATEMENT_CREATING: {
    ...advice('retry', '账单生成中，请半小时后再试', 'bill being made: again in half an hour'),
    meaning: 'not_ready',
  },
}
