/**
 * Named places between two effects. In production reaching one does nothing; the crash lane arms
 * one and the process ends itself there, so that every half-done state is seen by a test.
 */
export interface Points {
  reach(name: string): Promise<void>
}
