import { instant, rfc3339Beijing } from '@minitill/protocol/model'

/** 2021-01-28 17:07:11: a time in Beijing as bills write it. */
export function billTime(atMs: number): string {
  return rfc3339Beijing(instant(atMs)).slice(0, 19).replace('T', ' ')
}
