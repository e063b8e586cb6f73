import {
  DECISION_NAMES,
  DECISIONS,
  type DecisionName,
  type Kernel,
} from '../../../spec/kernels/decisions.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import { enterAll } from '../../../spec/step/enter.ts';
import { exit } from '../../../spec/step/exit.ts';
import type { World } from '../../../spec/world/world.ts';
import { stateKey } from '../../engine/state-key.ts';
import type { ReplayStep } from '../../replay/replay.ts';
import { failureOf } from './failure.ts';

/** A decision that a step asked the kernel's record for. */
export interface Consulted {
  readonly decision: DecisionName;
  /** How the kernel decides it. */
  readonly value: string;
  /**
   * Whether it acted: decided another way, and all else as it is, the step would have come out otherwise, in its
   * requests, what it reads or the state when the guest runs again.
   */
  readonly acted: boolean;
}

/** The decisions that a step asked for, those that acted first. */
export function consultedIn(world: World, step: ReplayStep): Consulted[] {
  const asked = new Set<PropertyKey>();
  const listening = new Proxy(world.kernel, {
    get: (kernel, name) => {
      asked.add(name);
      return Reflect.get(kernel, name);
    },
  });
  const came = outcomeUnder({ ...world, kernel: listening }, step);
  const consulted = DECISION_NAMES.filter((decision) => asked.has(decision)).map((decision) => {
    const value: string = world.kernel[decision];
    const acted = othersThan(decision, value).some(
      (other) =>
        outcomeUnder({ ...world, kernel: { ...world.kernel, [decision]: other } as Kernel }, step) !== came,
    );
    return { decision, value, acted };
  });
  return consulted.sort((one, other) => Number(other.acted) - Number(one.acted));
}

function othersThan(decision: DecisionName, value: string): string[] {
  return Object.keys(DECISIONS[decision].values).filter((other) => other !== value);
}

/** What the step comes to in a world, up to where the guest runs again: text that is equal for equal outcomes alone. */
function outcomeUnder(world: World, { before, event }: ReplayStep): string {
  const machine = copyMachine(before);
  try {
    const done = exit(world, machine, event);
    if (done.outcome === 'ok') enterAll(world, machine, event.cpu);
    return `${JSON.stringify(done)} ${stateKey(machine)}`;
  } catch (error) {
    return failureOf(world, error);
  }
}
