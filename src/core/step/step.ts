import { REFUSED } from '../../checker/model.ts';
import { faults } from '../architecture/faults.ts';
import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import { reportNotes } from '../properties/inspect.ts';
import { inspectStep } from '../properties/inspect-step.ts';
import { changedAnything, rememberState } from '../row/before.ts';
import { set } from '../row/field.ts';
import { enterAll } from './enter.ts';
import { exit } from './exit.ts';
import { speculate } from './speculate.ts';

/**
 * One event from one stretch of guest execution to the next: exit, enter, speculate.
 *
 * @returns REFUSED if the event faults, else the findings of the step
 */
export function step(m: Core, event: CoreEvent, wanted: number): number {
  const v = m.layout.vcpus[event.cpu]!;
  if (faults(m, v, event)) return REFUSED;
  begin(m);
  const livesOn = exit(m, v, event, wanted);
  enterAll(m, event.cpu);
  // Before the step both TLBs held all that they may.
  if (changedAnything(m)) speculate(m);
  const found = inspectStep(m, v, event, wanted);
  reportNotes(m);
  return found | livesOn;
}

/** Clears what a step works in, and keeps what its properties compare with. */
function begin(m: Core): void {
  for (const vcpu of m.layout.vcpus) set(m, vcpu.requests, 0);
  for (const notes of m.layout.step.notes) set(m, notes, 0);
  rememberState(m);
}
