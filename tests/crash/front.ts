// One address with several servers behind it, as a deployment has: a connection goes to the next of
// them that takes it.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer, type Server, type Socket } from 'node:net'

export class Front {
  readonly #server: Server
  readonly #open = new Map<Socket, number>()
  #ports: readonly number[] = []
  #turn = 0

  private constructor() {
    this.#server = createServer((near) => void this.#join(near))
  }

  static async open(): Promise<Front> {
    const front = new Front()
    await new Promise<void>((done) => front.#server.listen(0, '127.0.0.1', done))
    return front
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  add(port: number): void {
    this.#ports = [...this.#ports, port]
  }

  /** New connections go to the others; those that are there stay. */
  remove(port: number): void {
    this.#ports = this.#ports.filter((one) => one !== port)
  }

  /** Ends what is open to a server that says nothing any more. */
  cut(port: number): void {
    for (const [socket, to] of this.#open) if (to === port) socket.destroy()
  }

  async close(): Promise<void> {
    for (const socket of this.#open.keys()) socket.destroy()
    await new Promise((done) => this.#server.close(done))
  }

  async #join(near: Socket): Promise<void> {
    near.on('error', () => {})
    this.#turn += 1
    const { length } = this.#ports
    for (let nth = 0; nth < length; nth += 1) {
      const port = this.#ports[(this.#turn + nth) % length] ?? 0
      const far = await this.#dial(port)
      if (far === null) continue
      near.pipe(far)
      far.pipe(near)
      near.on('close', () => far.destroy())
      far.on('close', () => near.destroy())
      this.#open.set(near, port)
      near.on('close', () => this.#open.delete(near))
      return
    }
    near.destroy()
  }

  async #dial(port: number): Promise<Socket | null> {
    const far = connect(port, '127.0.0.1')
    far.on('error', () => {})
    const [what] = await Promise.race([
      once(far, 'connect').then(() => ['connected'] as const),
      once(far, 'close').then(() => ['closed'] as const),
    ]).catch(() => ['closed'] as const)
    return what === 'connected' ? far : null
  }
}
