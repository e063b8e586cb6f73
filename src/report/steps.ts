import { formatCr3 } from '../../spec/state/registers.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import type { World } from '../../spec/world/world.ts';
import type { Replay, ReplayStep } from '../replay/replay.ts';
import { formatEvent } from '../trace/print.ts';
import { formatGuestView, formatRoot, formatVtlb } from './state.ts';
import { type Cell, formatTable } from './table.ts';

const HEADER = [
  'step',
  'event',
  'CR3',
  'PCIDE',
  'requests',
  'root',
  'prev_roots',
  'vTLB holds',
  'guest may see',
];

/** How to read the table, in a line or two. */
export const LEGEND =
  'The row shows the machine after the step; requests are those that the handler raised.\n' +
  'vTLB: a frame with ! is stale; a root in brackets is cached but outside the vTLB, because PCIDE=0.';

/** The steps of a replay as a table, the start included; no wider than `width` if that can be. */
export function formatSteps(world: World, replay: Replay, width = Number.POSITIVE_INFINITY): string {
  const start = stateCells(world, replay.start.vcpus[0] as Vcpu, replay.start, 0);
  const rows = replay.steps.map((step, i) => stepRow(world, step, i + 1));
  const first = [['0'], ['start'], ...start.slice(0, 2), [], ...start.slice(2)];
  return formatTable(HEADER, [first, ...rows], width);
}

function stepRow(world: World, step: ReplayStep, number: number): Cell[] {
  const { event, exit, after } = step;
  const vcpu = after.vcpus[event.cpu] as Vcpu;
  const [cr3, pcide, ...rest] = stateCells(world, vcpu, after, event.cpu);
  const outcome = exit.outcome === '#GP' ? ['#GP'] : exit.requests;
  const reads = exit.sees.length > 0 ? [`  reads ${exit.sees.join(' or ')}`] : [];
  return [[`${number}`], [formatEvent(event), ...reads], cr3 ?? [], pcide ?? [], outcome, ...rest];
}

/** CR3, PCIDE, root, prev_roots, vTLB, guest view. */
function stateCells(world: World, vcpu: Vcpu, machine: ReplayStep['after'], cpu: number): Cell[] {
  return [
    [formatCr3(vcpu.guest.cr3)],
    [vcpu.guest.cr4.pcide ? '1' : '0'],
    [formatRoot(vcpu.mmu.root)],
    [vcpu.mmu.prevRoots.map(formatRoot).join(' ')],
    formatVtlb(world, machine, cpu),
    formatGuestView(world, machine, cpu),
  ];
}
