export * from './mini-error.ts'
export * from './pay-error.ts'
export type { Advice, Reaction } from './reaction.ts'
