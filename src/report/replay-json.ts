import { formatCr3 } from '../../spec/state/registers.ts';
import type { Root, Vcpu } from '../../spec/state/vcpu.ts';
import type { ReplayStep } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';

/** One step of a replay as data, in the shape that `vtlb replay --json` has. */
export function stepJson({ event, exit, after, breaches }: ReplayStep, line: number | undefined) {
  const { mmu } = after.vcpus[event.cpu] as Vcpu;
  return {
    line,
    event: formatEvent(event),
    outcome: exit.outcome,
    requests: exit.requests,
    root: rootName(mmu.root),
    prevRoots: mmu.prevRoots.map(rootName),
    sees: exit.sees,
    violations: breaches.map(({ property }) => property),
  };
}

function rootName(root: Root | null): string | null {
  return root === null ? null : formatCr3(root.pgd);
}
