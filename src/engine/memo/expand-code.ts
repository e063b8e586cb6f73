import { REFUSED } from '../../checker/model.ts';
import { EFFECT_HEAD, FLAG } from './effects.ts';

/** What the code that takes steps works with. The arrays may be replaced by larger ones whenever a path is added. */
export interface StepTables {
  /** See `WideTrees`. */
  nodes: Int32Array;
  roots: Int32Array;
  /** See `Effects`. */
  effects: Int32Array;
  programs: Int32Array;
  /** By event: 1 if a step that changes no vCPU is to be judged, 2 if one that does is. */
  judged: Uint8Array;
  /** A row with all that a piece of work reads. */
  readonly row: Int32Array;
  /** The facts of a row. */
  readonly facts: Int32Array;
  readonly cpuOf: Int32Array;
  /**
   * The number of the effect of the work of a tree on `row`, which these tables do not know. Replaces tables that grow.
   */
  readonly find: (tree: number) => number;
  /** Carries it out once more, and compares. */
  readonly check: (tree: number, effect: number) => void;
  /** Does to `row` and `facts` what an effect says that is none of the usual. */
  readonly apply: (effect: number) => void;
  /** All vCPUs enter that have something to do, in `row` and `facts`. */
  readonly enterAll: (cpu: number) => void;
  /** The goals of a step. */
  readonly judge: (
    states: Int32Array,
    at: number,
    rows: Int32Array,
    toAt: number,
    event: number,
    raised: number,
    wanted: number,
  ) => number;
  /** The TLBs of a row take in what they may. */
  readonly fillRow: (rows: Int32Array, at: number) => void;
}

/**
 * Takes every step from some states: see `Expand`. Event by event, so that what an event does is looked up from the
 * nearer caches for all states but the first.
 */
export type ExpandSome = (
  tables: StepTables,
  states: Int32Array,
  from: number,
  count: number,
  wanted: number,
  rows: Int32Array,
  masks: Int32Array,
) => void;

/** What the code depends on. */
export interface CodeSizes {
  /** Words of a state. */
  readonly words: number;
  readonly factWords: number;
  readonly events: number;
  /** By vCPU: where a row says whether it has a root. */
  readonly roots: readonly { readonly word: number; readonly bit: number }[];
  /** By word: the bits of vCPUs. */
  readonly ofVcpus: readonly number[];
  /** Whether handlers read words behind those of a state, which only `row` has. */
  readonly readsBeyond: boolean;
}

/** Words of the second part of an effect: bits to keep and to set, for each word of a row. */
const KEEP = EFFECT_HEAD;

/**
 * The code that takes steps, for rows of so many words. It is generated, with the words written out one by one, because
 * that takes half the time of loops over words.
 */
export function expandCode(sizes: CodeSizes): ExpandSome {
  const { words, factWords, events, ofVcpus, readsBeyond } = sizes;
  const vcpus = sizes.roots.length;
  const stride = words + factWords;
  const each = (count: number, text: (k: number) => string, between = '\n') =>
    Array.from({ length: count }, (_, k) => text(k)).join(between);
  const walk = (row: (word: string) => string, tree: string) => `
      let n = ${tree};
      while (n > 0) {
        const a = nodes[n], b = nodes[n + 1], c = nodes[n + 2];
        n = nodes[n + 3 + (((${row('a & 255')} >>> (a >> 8)) & (a >>> 16))
          | (((${row('b & 255')} >>> (b >> 8)) & (b >>> 16)) << ((b >> 13) & 7))
          | (((${row('c & 255')} >>> (c >> 8)) & (c >>> 16)) << ((c >> 13) & 7)))];
      }`;
  const keep = (k: number) => `effects[e + ${KEEP + 2 * k}]`;
  const set = (k: number) => `effects[e + ${KEEP + 2 * k + 1}]`;
  const reload = 'effects = tables.effects; programs = tables.programs;';
  const moveFacts =
    factWords === 0
      ? ''
      : `for (let i = effects[e + 1], to = effects[e + 2]; i < to; i += 3) {
          const head = programs[i], word = head & 255, distance = head >> 8, fact = facts[word];
          const moving = fact & programs[i + 1];
          if (head < 65536) facts[word] = (fact & ~moving) | (moving >>> distance);
          else if (head < 131072) facts[word] = (fact & ~moving) | (moving << distance);
          else {
            const rising = fact & programs[i + 2];
            facts[word] = (fact & ~moving & ~rising) | (moving >>> distance) | (rising << distance);
          }
        }`;
  const before = (word: string) =>
    readsBeyond ? `((${word}) < ${words} ? states[at + (${word})] : row[${word}])` : `states[at + (${word})]`;
  const putRow = `${each(words, (k) => `row[${k}] = r${k};`, ' ')}`;
  const takeRow = `${each(words, (k) => `r${k} = row[${k}];`, ' ')}`;
  const waits = [
    ...sizes.roots.map((_, k) => `q${k} !== 0`),
    ...sizes.roots.map(({ word, bit }) => `(r${word} & ${bit}) === 0`),
  ].join(' || ');
  const one = `
      while (${waits}) {
        ${putRow} row[${words}] = q0;
        const tree = ${events} + q0;
        ${walk((word) => `row[${word}]`, 'roots[tree]')}
        if (n === 0) { n = -tables.find(tree); ${reload} }
        const e = -n;
        if ((effects[e] & ${FLAG.checked}) === 0) { tables.check(tree, e); ${reload} }
        ${each(words, (k) => `r${k} = (r${k} & ${keep(k)}) | ${set(k)};`)}
        q0 = (q0 & ${keep(words)}) | ${set(words)};
        ${moveFacts}
      }`;
  const many = `
      ${putRow} ${each(vcpus, (k) => `row[${words + k}] = q${k};`, ' ')}
      tables.enterAll(cpuOf[event]);
      ${reload}
      ${takeRow}`;
  const source = `(tables, states, from, count, wanted, rows, masks) => {
    const { nodes, roots, row, facts, cpuOf, judged } = tables;
    let { effects, programs } = tables;
    for (let event = 0; event < ${events}; event++) {
    const root = roots[event], asks = judged[event];
    for (let s = 0, at = from, place = event; s < count; s++, at += ${stride}, place += ${events}) {
      ${each(words, (k) => `const s${k} = states[at + ${k}];`)}
      ${walk(before, 'root')}
      if (n === 0) {
        ${each(words, (k) => `row[${k}] = s${k};`, ' ')} ${each(vcpus, (k) => `row[${words + k}] = 0;`, ' ')}
        n = -tables.find(event); ${reload}
      }
      const e = -n;
      const flags = effects[e];
      ${each(factWords, (k) => `facts[${k}] = states[at + ${words + k}];`)}
      let ${each(words, (k) => `r${k} = s${k}`, ', ')}, ${each(vcpus, (k) => `q${k} = 0`, ', ')};
      if (flags !== ${FLAG.checked}) {
        ${each(words, (k) => `row[${k}] = s${k};`, ' ')} ${each(vcpus, (k) => `row[${words + k}] = 0;`, ' ')}
        if ((flags & ${FLAG.checked}) === 0) { tables.check(event, e); ${reload} }
        if ((flags & ${FLAG.refused}) !== 0) { masks[place] = ${REFUSED}; continue; }
        tables.apply(e);
        ${takeRow} ${each(vcpus, (k) => `q${k} = row[${words + k}];`, ' ')}
      } else {
        ${each(words, (k) => `r${k} = (s${k} & ${keep(k)}) | ${set(k)};`)}
        ${each(vcpus, (k) => `q${k} = ${set(words + k)};`)}
        ${moveFacts}
      }
      const raised = ${vcpus === 1 ? 'q0' : each(vcpus, (k) => (k === vcpus - 1 ? `q${k}` : `cpuOf[event] === ${k} ? q${k} : `), '')};
      ${vcpus === 1 ? one : `if (${waits}) {${many}}`}
      const to = place * ${stride};
      ${each(words, (k) => `rows[to + ${k}] = r${k};`)}
      ${each(factWords, (k) => `rows[to + ${words + k}] = facts[${k}];`)}
      const changed = ${each(words, (k) => `((r${k} ^ s${k}) & ${ofVcpus[k] ?? 0})`, ' | ')};
      masks[place] = (asks & (changed === 0 ? 1 : 2)) === 0 ? 0
        : tables.judge(states, at, rows, to, event, raised, wanted);
      ${factWords > 0 ? '' : `if (${each(words, (k) => `(r${k} ^ s${k})`, ' | ')}) tables.fillRow(rows, to);`}
    }
    }
  }`;
  return new Function(`'use strict'; return ${source}`)() as ExpandSome;
}
