import type { LayoutDefinition } from '../../spec/layouts/layout.ts';
import { PCIDS_ON, spaceName, type Workload } from './workload.ts';

const LAYOUT: LayoutDefinition = {
  name: 'processes',
  doc: 'processes with a user page each',
  levels: 2,
  sharedUserTable: false,
  bounds: {},
  alphabet: ['access', 'write-pte', 'mov-cr3', 'mov-cr4 pcide', 'invlpg'],
};

/** Processes between which a guest switches, at least and at most. */
const PROCESSES = { least: 2, most: 8 } as const;

/**
 * Context switches among two to eight processes in turn, without and with PCIDs; the same where each process
 * changes an entry of its own page table before the switch. With PCIDs each process has its own, and is
 * switched to with NOFLUSH.
 */
export const SWITCHES: readonly Workload[] = [false, true].flatMap((writes) =>
  [false, true].flatMap((pcids) =>
    Array.from({ length: PROCESSES.most - PROCESSES.least + 1 }, (_, i) =>
      switches(PROCESSES.least + i, pcids, writes),
    ),
  ),
);

function switches(processes: number, pcids: boolean, writes: boolean): Workload {
  const numbers = Array.from({ length: processes }, (_, i) => i);
  const load = (i: number) => `mov-cr3 ${spaceName(i)}${pcids ? ` pcid=${i} noflush` : ''}`;
  const round = (frame: string) =>
    numbers.flatMap((i) => {
      const next = load((i + 1) % processes);
      return writes ? ['access u0', `write-pte ${spaceName(i)}:u0 ${frame}`, 'invlpg u0', next] : [next];
    });
  const series = `switch${writes ? '-write' : ''}${pcids ? '-pcid' : ''}`;
  const doc = `${processes} processes in turn, ${pcids ? 'with' : 'without'} PCIDs`;
  return {
    name: `${series}-${processes}`,
    series,
    doc: writes ? `${doc}; each reads, changes its entry, INVLPG, then the switch` : `${doc}; only switches`,
    layout: LAYOUT,
    bounds: { spaces: processes, pcids: pcids ? processes : 1 },
    setup: pcids ? PCIDS_ON : [],
    turn: [...round('f2'), ...(writes ? round('f1') : [])],
  };
}
