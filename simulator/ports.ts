/** What a delivery to the merchant's server came to, told without exceptions. */
export type Delivery =
  | { readonly got: 'answer'; readonly status: number; readonly body: string }
  | { readonly got: 'silence'; readonly why: string }

/** A message that WeChat sends to the merchant's server. */
export interface OutgoingMessage {
  /** POST unless it says otherwise; a GET has no body. */
  readonly method?: 'GET' | 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly timeoutMs: number
}

/** Two halves of an RSA-2048 key as PEM texts: PKCS#8 and SPKI. */
export interface KeyPairPem {
  readonly privateKey: string
  readonly publicKey: string
}

/** Everything of the real world that the simulated one needs. Each has one real implementation. */
export interface Ports {
  /** Real epoch milliseconds. Simulated time is this and the world's offset. */
  realNowMs(): number
  /** A random text for a new world's seed. */
  newSeed(): string
  newKeyPair(): Promise<KeyPairPem>
  /**
   * Calls back once after real milliseconds; the returned function cancels. A patient one does not
   * keep the process alive by itself.
   */
  after(delayMs: number, callback: () => void, patient?: boolean): () => void
  /** Whether a message may be sent there at all. */
  mayReach(url: string): boolean
  /** Redirects are answers like others and are not followed. */
  send(message: OutgoingMessage): Promise<Delivery>
  say(line: string): void
}
