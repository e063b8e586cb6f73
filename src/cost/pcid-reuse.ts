import { Random } from '../checker/random.ts';
import { PCIDS_ON, spaceName, type Workload } from './workload.ts';

const PROCESSES = 8;
/** As many as Linux keeps for user processes (TLB_NR_DYN_ASIDS). */
const PCIDS = 6;
const SWITCHES = 3000;
const SEED = 1;

/**
 * Eight processes scheduled at random that share six PCIDs, as Linux gives them out (choose_new_asid): a
 * process that still has a PCID is switched to with NOFLUSH, any other takes the next in turn and flushes it.
 */
export const PCID_REUSE: Workload = {
  name: 'pcid-reuse',
  series: 'pcid-reuse',
  doc: `${PROCESSES} processes at random (seed ${SEED}) share ${PCIDS} PCIDs; a read, then the switch`,
  layout: {
    name: 'pcids',
    doc: 'more processes than PCIDs',
    levels: 2,
    sharedUserTable: false,
    bounds: { spaces: PROCESSES, pcids: PCIDS + 1 },
    alphabet: ['access', 'write-pte', 'mov-cr3', 'mov-cr4 pcide'],
  },
  bounds: {},
  setup: PCIDS_ON,
  turn: schedule(),
};

function schedule(): string[] {
  const random = new Random(SEED);
  /** By PCID less one: the process that has it. */
  const owners: number[] = Array.from({ length: PCIDS }, () => -1);
  let next = 0;
  let current = 0;
  const lines: string[] = [];
  for (let i = 0; i < SWITCHES; i++) {
    current = (current + 1 + random.below(PROCESSES - 1)) % PROCESSES;
    const owned = owners.indexOf(current);
    const slot = owned >= 0 ? owned : next++ % PCIDS;
    owners[slot] = current;
    lines.push(`mov-cr3 ${spaceName(current)} pcid=${slot + 1}${owned >= 0 ? ' noflush' : ''}`, 'access u0');
  }
  return lines;
}
