import { PCIDS_ON, spaceName, type Workload } from './workload.ts';

const PROCESSES = 4;

/**
 * Suspend and resume over and over: the guest goes back to CR3 with low bits of 0, clears PCIDE and PGE, sets
 * them again, and lets each process run with its PCID, the first time with a flush.
 */
export const SUSPEND: Workload = {
  name: 'suspend',
  series: 'suspend',
  doc: `CR4.PCIDE and PGE cleared and set again, then two rounds of ${PROCESSES} processes with PCIDs`,
  layout: {
    name: 'suspend',
    doc: 'processes with a global kernel page; CR4 written',
    levels: 2,
    sharedUserTable: false,
    bounds: { spaces: PROCESSES, pcids: PROCESSES, kernelPages: 1 },
    alphabet: ['access', 'write-pte', 'mov-cr3', 'mov-cr4 pcide', 'mov-cr4 pge'],
  },
  bounds: {},
  setup: [...PCIDS_ON, 'mov-cr4 pge=1'],
  turn: [
    'mov-cr3 a',
    'mov-cr4 pcide=0 pge=0',
    'access k0',
    'mov-cr4 pcide=1 pge=1',
    ...round(''),
    ...round(' noflush'),
  ],
};

function round(suffix: string): string[] {
  return Array.from({ length: PROCESSES }, (_, i) => [
    `mov-cr3 ${spaceName(i)} pcid=${i}${suffix}`,
    'access u0',
    'access k0',
  ]).flat();
}
