/** A row changed between load and commit; the flow is to be run again from its load. */
export class StaleVersion extends Error {
  constructor(subject: string) {
    super(`${subject} was changed by somebody else in between`)
    this.name = 'StaleVersion'
  }
}
