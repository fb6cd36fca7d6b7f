/**
 * Makes a place where work of one name runs once at a time: whoever asks while it runs gets the
 * same promise. So two taps, or ten requests that all met a 401, cause one call.
 */
export function singleFlight<T>(): (name: string, work: () => Promise<T>) => Promise<T> {
  const running: Record<string, Promise<T>> = {}
  return (name, work) => {
    running[name] ??= work().finally(() => delete running[name])
    return running[name]
  }
}
