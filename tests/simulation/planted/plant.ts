export function plant(name: string): void { throw new Error(name) }
