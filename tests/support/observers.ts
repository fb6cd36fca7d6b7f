import type { CounterName, Log, LogFields, Meter } from '../../server/ports/index.ts'

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error'
  readonly fields: LogFields
  readonly message: string
}

/** Keeps every line as it was given, before any redaction. */
export class CollectingLog implements Log {
  readonly lines: LogLine[] = []
  info(fields: LogFields, message: string): void {
    this.lines.push({ level: 'info', fields, message })
  }
  warn(fields: LogFields, message: string): void {
    this.lines.push({ level: 'warn', fields, message })
  }
  error(fields: LogFields, message: string): void {
    this.lines.push({ level: 'error', fields, message })
  }
}

export class CollectingMeter implements Meter {
  readonly counted: { name: CounterName; labels: Readonly<Record<string, string>> }[] = []
  count(name: CounterName, labels: Readonly<Record<string, string>> = {}): void {
    this.counted.push({ name, labels })
  }
  total(name: CounterName): number {
    return this.counted.filter((one) => one.name === name).length
  }
}
