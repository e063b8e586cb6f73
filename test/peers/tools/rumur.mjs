import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PeerError } from './error.mjs';
import { need, numbersIn, run } from './run.mjs';

const MODEL = new URL('../murphi/minimal.m', import.meta.url);

/** Makes gcc inline Rumur's bit-field accessors; see ../murphi/README.md. */
const INLINE = {
  'max-inline-insns-auto': 1000,
  'max-inline-insns-small': 1000,
  'large-function-insns': 100_000,
  'large-function-growth': 10_000,
  'inline-unit-growth': 1000,
  'large-unit-insns': 1_000_000,
  'large-stack-frame-growth': 10_000,
};

/** Constants of the model by bound. */
const CONSTANTS = { spaces: 'SPACES', pcids: 'PCIDS', frames: 'FRAMES', cachedRoots: 'CACHED_ROOTS' };

/** The hand-written Murphi model, checked by Rumur. */
export const rumur = {
  needs: ['rumur', 'gcc'],
  build(folder, bounds, { states, hurried }) {
    need(...this.needs);
    let model = readFileSync(MODEL, 'utf8');
    for (const [bound, value] of Object.entries(bounds))
      model = model.replace(new RegExp(`\\b${CONSTANTS[bound]}: \\d+;`), `${CONSTANTS[bound]}: ${value};`);
    writeFileSync(join(folder, 'minimal.m'), model);
    const capacity = Math.max(1 << 20, 11 * states);
    const flags = ['-t', '1', '--symmetry-reduction', 'off', '--deadlock-detection', 'off'];
    run('rumur', [...flags, '--set-capacity', `${capacity}`, '-o', 'rumur.c', 'minimal.m'], folder);
    const inline = Object.entries(INLINE).flatMap(([name, value]) => ['--param', `${name}=${value}`]);
    const how = hurried ? ['-O1'] : ['-O3', ...inline];
    const args = ['-std=c11', '-march=native', '-w', ...how, 'rumur.c', '-o', 'rumur', '-lpthread'];
    run('gcc', args, folder);
    return { file: join(folder, 'rumur'), args: [] };
  },
  read(printed) {
    const [states, transitions] = numbersIn(printed, /(\d+) states, (\d+) rules fired in/);
    if (!printed.includes('No error found')) throw new PeerError(`rumur: ${printed}`);
    return { states, transitions };
  },
};
