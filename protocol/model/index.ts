// WeChat's shapes and words: no crypto, no I/O, no clock. Everyone may import this.
export * from './error.ts'
export * from './ids.ts'
export * from './model-error.ts'
export * from './money.ts'
export * from './payment.ts'
export * from './refund.ts'
export * from './session.ts'
export * from './time.ts'
