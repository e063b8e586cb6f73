// Writes tables.h: all that the memo knows after a search of one model, as arrays of numbers for C.
import { writeFileSync } from 'node:fs';
import { buildLayout, CONTRACTS, KERNELS, LAYOUTS } from '../../../dist/spec/index.js';
import { search } from '../../../dist/src/checker/search.js';
import { RowFacts } from '../../../dist/src/engine/facts/row-facts.js';
import { EFFECT_HEAD, FLAG } from '../../../dist/src/engine/memo/effects.js';
import { memoMachine, modelOf } from '../../../dist/src/engine/memo/model.js';
import { WideTrees } from '../../../dist/src/engine/memo/wide-trees.js';

/** So often that wide trees are made. */
const OFTEN = 1e7;

/** Writes the header for the bounds given; kernel `patch`, layout `minimal`, contract `kvm`. */
export async function generate(file, bounds) {
  const layout = buildLayout(LAYOUTS.minimal, bounds);
  const memo = memoMachine({ kernel: KERNELS.patch, contract: CONTRACTS.kvm, layout }, 'whole');
  const model = modelOf(memo, 'native');
  // After that, every path that any state takes is known.
  await search({ model, source: null, symmetry: false, workers: 1, limits: NO_LIMITS });
  writeFileSync(file, header(memo, model));
}

const NO_LIMITS = {
  maxStates: Number.POSITIVE_INFINITY,
  maxMemory: Number.POSITIVE_INFINITY,
  reached: async () => null,
};

function header({ rows, stepper, judge }, model) {
  const { stages } = stepper;
  const { words } = rows;
  const { root } = rows.vcpus[0];
  const initial = new Int32Array(model.bufferWords);
  model.initial(initial);
  const ofStates = judge.states.map(({ bits }) => bits);
  const always = model.goals.reduce((bits, { kind }, i) => (kind === 'always' ? bits | (1 << i) : bits), 0);
  const { groups } = new RowFacts(rows, judge.facts);
  const holders = groups.flatMap(({ bits }) => bits);
  let first = 0;
  const places = groups.map(({ word, shift, bits }) => {
    first += bits.length;
    return `{ ${word}, ${shift}, ${first} }`;
  });
  return `// Written by generate.mjs.
#define WORDS ${words}
#define EVENTS ${model.events}
#define REFUSED ${FLAG.refused}
#define EFFECT_HEAD ${EFFECT_HEAD}
#define HAS_ROOT(row) (row[${root.valid.word}] >> ${root.valid.shift} & 1)
#define UNITS ${judge.states.length}
#define FACT_WORDS ${judge.facts.words}
#define GROUPS ${groups.length}
#define WANTED ${ofStates.reduce((mask, bits) => mask | bits, 0)}
#define ALWAYS ${always}
${array('initial', initial.subarray(0, words))}
${trees('works', wideOf(stages.works))}
${array('effects', stages.effects.words)}
${trees('fills', stages.fills)}
${array('fillEffects', stages.fillEffects.words)}
${array('refills', stages.fillEffects.programs)}
${trees('states', judge.stateTrees)}
${array('bitsOfUnit', ofStates)}
${array('answers', judge.answers)}
static const struct { int word, shift, end; } groups[] = { ${places.join(', ')} };
static const struct { int word; unsigned bit; int adds; } holders[] = {
  ${holders.map(({ word, bit, adds }) => `{ ${word}, ${bit >>> 0}u, ${adds} }`).join(', ')}
};
`;
}

function wideOf(works) {
  const wide = new WideTrees(works);
  for (let i = 0; i < OFTEN && !wide.refresh(); i++) wide.ask();
  return wide;
}

function trees(name, { nodes, roots }) {
  return `${array(`${name}Nodes`, nodes)}\n${array(`${name}Roots`, roots)}`;
}

/** An array without the zeros that it ends with. */
function array(name, numbers) {
  let length = numbers.length;
  while (length > 1 && numbers[length - 1] === 0) length--;
  return `static const int ${name}[] = { ${[...numbers.slice(0, length), 0].join(',')} };`;
}
