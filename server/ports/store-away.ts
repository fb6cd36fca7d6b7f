/**
 * The database could not be asked, or its answer did not come: it restarts, the network broke, it
 * has no connection left. Whether what was asked of it was done is not known.
 */
export class StoreAway extends Error {
  /** The driver's or the system's code for it, where it has one. */
  readonly code: string | undefined

  constructor(cause: Error) {
    super(cause.message, { cause })
    this.name = 'StoreAway'
    this.code = (cause as { code?: string }).code
  }
}
