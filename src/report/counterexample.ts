import type { Contract } from '../../spec/contracts/contract.ts';
import { idOf } from '../../spec/state/shadow.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import type { Counterexample } from '../prove/counterexample.ts';
import { replayFrom } from '../replay/replay.ts';
import { formatSteps } from './steps.ts';

/** A counterexample to induction as a replay has it: the machine, the event, and what the specification makes of it. */
export function formatCounterexample(
  { layout, machine, event }: Counterexample,
  kernel: OverriddenKernel,
  contract: Contract,
): string[] {
  const world = { layout, kernel, contract };
  const entries = (of: readonly (string | null)[]) => of.map((entry) => entry ?? 'none').join(' ');
  const shadows = Object.values(machine.shadow).map(
    (sp) => `shadow ${idOf(sp)}${sp.unsync ? ' unsync' : ''}: ${entries(sp.entries)}`,
  );
  return [
    ...formatSteps(world, replayFrom(world, machine, [event])).split('\n'),
    '',
    ...Object.entries(layout.memory).map(([page, { entries: of }]) => `guest ${page}: ${entries(of)}`),
    ...shadows,
  ];
}
