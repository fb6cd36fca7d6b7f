/**
 * Seals small secrets for the database (session_key, phone number, access_token) with
 * MINITILL_SEAL_KEY. `purpose` and `subject` are authenticated with the text, so that a sealed
 * value moved to another row or column does not open.
 */
export interface Seal {
  seal(purpose: SealPurpose, subject: string, text: string): Uint8Array
  /** Throws SealError when the bytes were altered, moved, or sealed with a key that is gone. */
  open(purpose: SealPurpose, subject: string, sealed: Uint8Array): string
}

export type SealPurpose = 'session_key' | 'phone' | 'access_token' | 'webhook_secret'
