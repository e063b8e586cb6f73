import type { LayoutDefinition } from '../../spec/layouts/layout.ts';
import { spaceName, type Workload } from './workload.ts';

const SPACES = 4;

const LAYOUT: LayoutDefinition = {
  name: 'global',
  doc: 'processes with a global kernel page that all share',
  levels: 2,
  sharedUserTable: false,
  bounds: { spaces: SPACES, pcids: 1, kernelPages: 1 },
  alphabet: ['access', 'write-pte', 'mov-cr3', 'mov-cr4 pcide', 'mov-cr4 pge', 'invlpg'],
};

/** A kernel that maps another frame at a global page in each of four processes, and how it flushes that. */
export const REMAPS: readonly Workload[] = [
  remap('remap-invlpg', 'INVLPG', ['invlpg k0']),
  remap('remap-pge', 'CR4.PGE off and on', ['mov-cr4 pge=0', 'mov-cr4 pge=1']),
];

function remap(name: string, how: string, flush: readonly string[]): Workload {
  return {
    name,
    series: name,
    doc: `4 processes in turn, without PCIDs; each remaps a global page, ${how}, reads, then the switch`,
    layout: LAYOUT,
    bounds: {},
    setup: ['mov-cr4 pge=1'],
    // An even number of processes, so that each gives the page another frame than it has.
    turn: Array.from({ length: SPACES }, (_, i) => [
      `write-pte ${spaceName(i)}:k0 ${i % 2 === 0 ? 'f2' : 'f1'}`,
      ...flush,
      'access k0',
      'access u0',
      `mov-cr3 ${spaceName((i + 1) % SPACES)}`,
    ]).flat(),
  };
}
