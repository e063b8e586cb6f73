// Writes steps.h: the core's step of each event and its inspection of a state, for one model, in C.
import { writeFileSync } from 'node:fs';
import { CONTRACTS, KERNELS, LAYOUTS } from '../../../dist/spec/index.js';
import { createCore } from '../../../dist/src/core/create.js';
import { findingsOf, worldOf } from '../../../dist/src/core/model.js';
import { loadProgram, specializedC } from '../../../dist/src/core/specialize/specialize.js';
import { initial } from '../../../dist/src/core/step/initial.js';

/** Writes the header for the bounds given; kernel `patch`, layout `minimal`, contract `kvm`. */
export async function generate(file, bounds) {
  const data = {
    kernel: KERNELS.patch,
    contract: CONTRACTS.kvm,
    layout: LAYOUTS.minimal,
    bounds,
    flushesOrdered: false,
  };
  const { core, events } = createCore(worldOf(data));
  initial(core);
  const steps = specializedC(await loadProgram(), core, events);
  writeFileSync(file, `${header(core, events, findingsOf(data))}${steps}\n`);
}

function header(core, events, findings) {
  const { words } = core.layout;
  const mask = (holds) => findings.reduce((bits, finding, i) => (holds(finding) ? bits | (1 << i) : bits), 0);
  return `// Written by generate.mjs.
#define true 1
#define false 0
#define WORDS ${words}
#define NOTES ${core.noted.length}
#define REFUSED (-2147483647 - 1)
#define WANTED ${mask(() => true)}
#define ALWAYS ${mask(({ kind }) => kind === 'always')}
#define EACH_EVENT(X) ${events.map((_, event) => `X(${event})`).join(' ')}
static const int initial[WORDS] = { ${core.row.slice(0, words).join(', ')} };
static int noted[NOTES];

`;
}
