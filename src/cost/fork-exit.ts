import { PCIDS_ON, type Workload } from './workload.ts';

/**
 * A process that forks a child, which writes to its page and exits; the next child has another space. The
 * parent's entry is made read-only for the child's life: f2 is the frame read-only, f1 the same writable.
 */
export const FORK_EXIT: readonly Workload[] = [forkExit(false), forkExit(true)];

function forkExit(pcids: boolean): Workload {
  const name = pcids ? 'fork-exit-pcid' : 'fork-exit';
  return {
    name,
    series: name,
    doc: `fork, a copied page in the child, exit; two children in turn, ${pcids ? 'with' : 'without'} PCIDs`,
    layout: {
      name: 'fork',
      doc: 'a parent and two children, three levels',
      levels: 3,
      sharedUserTable: false,
      bounds: { spaces: 3, frames: 2 },
      alphabet: ['access', 'write-pte', 'write-pte none', 'write-dir', 'mov-cr3', 'mov-cr4 pcide', 'invlpg'],
    },
    bounds: { pcids: pcids ? 3 : 1 },
    setup: pcids ? PCIDS_ON : [],
    turn: [child('b', pcids ? 1 : 0), child('c', pcids ? 2 : 0)].flat(),
  };
}

/** The life of a child in a space of its own; its PCID is new, so that the first load flushes. */
function child(space: string, pcid: number): string[] {
  const suffix = pcid === 0 ? '' : ' noflush';
  return [
    // fork: the parent's entry becomes read-only and is copied, the child's table is hung up
    'write-pte a:u0 f2',
    'invlpg u0',
    `write-pte ${space}:u0 f2`,
    `write-dir ${space}:user ${space}.u`,
    // the child reads its page, writes to it and gets a copy
    `mov-cr3 ${space}${pcid === 0 ? '' : ` pcid=${pcid}`}`,
    'access u0',
    `write-pte ${space}:u0 f1`,
    'invlpg u0',
    'access u0',
    // exit: the parent runs on and takes the child's table down
    `mov-cr3 a${suffix}`,
    `write-pte ${space}:u0 none`,
    `write-dir ${space}:user none`,
    // the parent's page is its own again
    'write-pte a:u0 f1',
    'invlpg u0',
    'access u0',
  ];
}
