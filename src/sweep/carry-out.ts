import { inTurn } from '../check/in-turn.ts';
import type { Line } from './line.ts';
import type { Means } from './plan.ts';

const MIB = 2 ** 20;

/** What a process takes besides its search, in MiB; a search with less than that is not worth beginning beside others. */
const LEAST = 512;

/** What there is to carry a plan out with. */
export interface Machine {
  readonly cores: number;
  /** Bytes that all searches together may take. */
  readonly memory: number;
}

/** How lines are carried out. */
export interface CarryOut {
  readonly means: Means;
  readonly machine: Machine;
  readonly signal: AbortSignal;
  /** Carries out a line with so many MiB; whether it was stopped before its end. */
  readonly carry: (line: Line, maxMemory: number) => Promise<boolean>;
  readonly onDone: () => void;
}

/**
 * Carries out lines, as many at a time as there are cores and memory for. Where nobody says what a search may take, they
 * share what there is; what that stops goes on afterwards beside half as many, in the end alone.
 */
export async function carryOut(lines: readonly Line[], input: CarryOut): Promise<void> {
  const { means, machine, signal, carry, onDone } = input;
  let waiting = lines;
  for (let lanes = atATime(means, machine); lanes > 0 && waiting.length > 0; lanes = Math.floor(lanes / 2)) {
    const share = means.maxMemory ?? Math.floor(machine.memory / MIB / lanes);
    const stopped = await inTurn(
      waiting,
      lanes,
      async (line) => signal.aborted || (await carry(line, share)),
      onDone,
    );
    if (signal.aborted || means.maxMemory !== null) return;
    waiting = waiting.filter((_, i) => stopped[i]);
  }
}

/** How many searches are carried out at a time at first. */
export function atATime({ workers, maxMemory }: Means, { cores, memory }: Machine): number {
  const each = maxMemory === null ? LEAST : maxMemory;
  return Math.max(1, Math.min(Math.floor(cores / workers), Math.floor(memory / MIB / each)));
}
