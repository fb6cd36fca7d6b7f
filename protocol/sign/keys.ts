// Keys, in the order of use: texts to keys, WeChat's keys by name, a merchant's keys that fit.
export * from './key-ring.ts'
export * from './key-text.ts'
export * from './merchant.ts'
