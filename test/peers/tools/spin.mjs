import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PeerError } from './error.mjs';
import { need, numbersIn, run } from './run.mjs';

const MODEL = fileURLToPath(new URL('../promela/minimal.pml', import.meta.url));

/** Whole states, compared whole; see ../promela/README.md. */
const FLAGS = ['SAFETY', 'NOREDUCE', 'NOFAIR', 'NOBOUNDCHECK', 'NOCOMP', 'SFH', 'NOVSZ', 'MEMLIM=16000'];

/** Macros of the model by bound. */
const MACROS = { spaces: 'SPACES', pcids: 'PCIDS', frames: 'FRAMES', cachedRoots: 'CACHED_ROOTS' };

/** The hand-written Promela model, checked by Spin, depth or breadth first. */
function spin(breadthFirst) {
  const name = breadthFirst ? 'bfs' : 'dfs';
  return {
    needs: ['spin', 'gcc'],
    build(parent, bounds, { states, hurried }) {
      need(...this.needs);
      const folder = join(parent, `spin-${name}`);
      mkdirSync(folder);
      const macros = Object.entries(bounds).map(([bound, value]) => `-D${MACROS[bound]}=${value}`);
      run('spin', ['-a', ...macros, MODEL], folder);
      printWhole(join(folder, 'pan.c'));
      const flags = [...FLAGS, ...(breadthFirst ? ['BFS'] : [])].map((flag) => `-D${flag}`);
      run('gcc', [hurried ? '-O1' : '-O3', '-march=native', '-w', ...flags, '-o', name, 'pan.c'], folder);
      const depth = Math.max(100_000, Math.ceil(0.43 * states));
      const hashBits = Math.max(18, Math.ceil(Math.log2(states)) + 2);
      return { file: join(folder, name), args: [...(breadthFirst ? [] : [`-m${depth}`]), `-w${hashBits}`] };
    },
    /** Spin counts the initial state as a transition. Its depth is one of the model only breadth first. */
    read(printed) {
      const [errors] = numbersIn(printed, /errors: (\d+)/);
      const [states] = numbersIn(printed, /^ *(\d+) states, stored/m);
      const [transitions] = numbersIn(printed, /^ *(\d+) transitions/m);
      if (errors > 0 || /search not completed|too small/i.test(printed))
        throw new PeerError(`spin: ${printed}`);
      const [depth] = numbersIn(printed, /depth reached (\d+)/);
      return { states, transitions: transitions - 1, ...(breadthFirst && { depth }) };
    },
    environment: { GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1' },
  };
}

/** Makes Spin print counts to the unit; otherwise it rounds them to eight digits. */
function printWhole(file) {
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('%9.8g', '%9.0f'));
}

export const spinDfs = spin(false);
export const spinBfs = spin(true);
