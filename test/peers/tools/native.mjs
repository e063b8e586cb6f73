import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generate } from '../native/generate.mjs';
import { PeerError } from './error.mjs';
import { need, run } from './run.mjs';

const SEARCH = fileURLToPath(new URL('../native/bfs.c', import.meta.url));

/** Share of the table's slots that the states fill. */
const LOAD = 0.7;

/** The memo's paths as tables, with a search in C around them. */
export const native = {
  needs: ['gcc'],
  async build(folder, bounds, { states, hurried }) {
    need(...this.needs);
    await generate(join(folder, 'tables.h'), bounds);
    const flags = ['-std=gnu11', '-march=native', '-fwrapv', '-w', '-I', folder];
    run('gcc', [hurried ? '-O1' : '-O3', ...flags, '-o', 'native', SEARCH], folder);
    return { file: join(folder, 'native'), args: [`${Math.ceil(states / LOAD)}`] };
  },
  read(printed) {
    const { states, transitions, depth, violated } = JSON.parse(printed);
    if (violated !== 0) throw new PeerError(`native: ${printed}`);
    return { states, transitions, depth };
  },
};
