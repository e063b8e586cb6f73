/** Why a search stopped early. */
export type StopReason = 'states' | 'memory' | 'time' | 'interrupt';

/** What a search may use. */
export interface Limits {
  readonly maxStates: number;
  /** Asks the outside world whether to go on. */
  readonly reached: () => Promise<StopReason | null>;
}
