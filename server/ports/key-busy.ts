/** The first request with this idempotency key is still at work after the time one may wait. */
export class KeyBusy extends Error {
  constructor() {
    super('the first request with this idempotency key is still at work')
    this.name = 'KeyBusy'
  }
}
