// Pull-down refresh: the finger's gesture, and the dots until stopPullDownRefresh.
const THRESHOLD = 50
const REST = 56

/** Belongs to one page; does nothing unless enabled. */
export class PullDown {
  enabled = false
  refreshing = false
  readonly #element: HTMLElement
  readonly #refresh: () => void
  readonly #dots: HTMLElement
  #startY: number | null = null
  #distance = 0

  constructor(element: HTMLElement, refresh: () => void) {
    this.#element = element
    this.#refresh = refresh
    this.#dots = document.createElement('div')
    this.#dots.className = 'mp-pull'
    this.#dots.append(...[0, 1, 2].map(() => document.createElement('i')))
    element.prepend(this.#dots)
    element.addEventListener('pointerdown', (event) => {
      const atTop = this.enabled && !this.refreshing && element.scrollTop <= 0
      this.#startY = atTop ? event.clientY : null
    })
    element.addEventListener('pointermove', (event) => this.#move(event.clientY))
    for (const end of ['pointerup', 'pointercancel', 'pointerleave']) {
      element.addEventListener(end, () => this.#release())
    }
  }

  /** Starts refreshing as if the finger had pulled far enough. */
  start(): void {
    if (this.refreshing) return
    this.refreshing = true
    this.#draw(REST)
    this.#refresh()
  }

  stop(): void {
    this.refreshing = false
    this.#draw(0)
  }

  #move(y: number): void {
    if (this.#startY === null) return
    this.#distance = Math.max(0, Math.min(90, (y - this.#startY) / 2))
    if (this.#distance > 4) this.#draw(this.#distance)
  }

  #release(): void {
    if (this.#startY === null) return
    this.#startY = null
    if (this.#distance >= THRESHOLD) this.start()
    else this.#draw(0)
    this.#distance = 0
  }

  #draw(height: number): void {
    this.#dots.style.height = `${height}px`
    this.#element.classList.toggle('mp-pulled', height > 0)
  }
}
