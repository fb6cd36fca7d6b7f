/**
 * A value does not have the shape that WeChat's protocol gives it.
 *
 * It names the field and the rule, never the value: what was sent may be a secret or a person's.
 */
export class ModelError extends Error {
  readonly field: string
  readonly rule: string

  constructor(field: string, rule: string) {
    super(`${field}: ${rule}`)
    this.name = 'ModelError'
    this.field = field
    this.rule = rule
  }
}
