/** Transitions, one after the other. */
export interface Transitions {
  /** The target of each, a row after the other. */
  readonly rows: Int32Array;
  readonly events: Int32Array;
  /** The goals of each step. */
  readonly masks: Int32Array;
  /** The hash of each target. */
  readonly hashes: Int32Array;
  /**
   * The transitions, by number, to what may be new: what neither the row where they begin has nor one of `recent`.
   */
  readonly moves: Int32Array;
  /** Rows that moves led to of late, each where the low bits of its hash say; their number is a power of two. */
  readonly recent: Int32Array;
  /** How many there are of them. */
  moved: number;
  /** The goals of all steps taken last. */
  found: number;
}

/**
 * What is done with rows of one length, all the time. An offset is that of a row's first word. Where a row has
 * facts, it *has* another when both are of the same state and no fact of the other is missing.
 */
export interface RowCode {
  /** Copies a row. */
  readonly copy: (from: Int32Array, at: number, to: Int32Array, toAt: number) => void;
  /**
   * Takes the steps from a state, at places `from` to `to` of `rows` and `masks`, into `into` as transitions
   * from number `n` on, but for those refused; there must be room for one more. Whoever takes them must look
   * up all moves. Nothing branches on what the steps are, which no processor could guess. The state is at an
   * offset of `states`, its first event `event`.
   *
   * @returns the number after the last
   */
  readonly take: (
    rows: Int32Array,
    masks: Int32Array,
    from: number,
    to: number,
    event: number,
    states: Int32Array,
    at: number,
    into: Transitions,
    n: number,
  ) => number;
  readonly firstNew: FirstNew;
  /**
   * Like `firstNew`, while other threads write new rows into the table: what it passes over is in a slot, what
   * it stops at may be. A word of a slot is 0, and word 0 then RESERVED, until it is what it stays; so whoever
   * reads the words of a row, none of them 0, reads words that stay, in whatever order the processor reads. A row
   * with a 0 past word 0 is not looked for at all.
   */
  readonly firstUnsure: FirstNew;
  /** See `hashRow`, which it is the same as, over a state's words. */
  readonly hash: (rows: Int32Array, at: number) => number;
  /**
   * Where in a table a row's state is, looking from an offset up, or nearly so where there are no facts; or,
   * where it is not, minus 1 minus the offset of the free slot that it can have.
   */
  readonly find: (table: Int32Array, from: number, rows: Int32Array, at: number) => number;
}

/**
 * The first of some transitions whose target no slot of a table has.
 *
 * @param scale slots a hash
 * @returns its place in `moves`, or `to`
 */
export type FirstNew = (
  table: Int32Array,
  scale: number,
  rows: Int32Array,
  hashes: Int32Array,
  moves: Int32Array,
  from: number,
  to: number,
) => number;

const made = new Map<string, RowCode>();

/**
 * The code for rows of so many words and words of facts. It is generated, with the words written out one by one, because that
 * takes half the time of loops over words.
 */
export function rowCode(words: number, facts = 0): RowCode {
  const key = `${words} ${facts}`;
  const code = made.get(key) ?? generate(words, facts);
  made.set(key, code);
  return code;
}

/**
 * Slots that are compared all at once, before the rest one by one: which of the first holds a row is even
 * chance, and a processor that guesses wrong loses more time than the comparisons take.
 */
const FIRST_SLOTS = [0, 1, 2];

function generate(words: number, facts: number): RowCode {
  const width = words + facts;
  const list = (from: number, to: number, text: (k: number) => string, between: string) =>
    Array.from({ length: to - from }, (_, k) => text(from + k)).join(between);
  /** Something for each word of a row, of its state, and of its facts. */
  const all = (text: (k: number) => string, between = '\n') => list(0, width, text, between);
  const each = (text: (k: number) => string, between = '\n') => list(0, words, text, between);
  const fact = (text: (k: number) => string, between = '\n') => list(words, width, text, between);
  /** What is 0 where a row whose words are `word` has the row of the words `w`. */
  const lacks = (word: (k: number) => string) =>
    all((k) => (k < words ? `(${word(k)} ^ w${k})` : `(w${k} & ~${word(k)})`), ' | ');
  /** Whether a slot, whose word 0 is `word`, is that of the state of the words `w`. */
  const isState = `word === w0 ${each((k) => (k === 0 ? '' : `&& table[slot + ${k}] === w${k}`), ' ')}`;
  const hashOf = (word: (k: number) => string) => `let hash = 0x2545f491;
      ${each((k) => `hash = Math.imul(hash ^ ${word(k)}, 0x9e3779b1); hash ^= hash >>> 15;`)}
      hash = Math.imul(hash, 0x85ebca77);`;
  const make = (source: string) => new Function(`'use strict'; return ${source}`)();
  const pastFirst = Array.from({ length: words - 1 }, (_, k) => `w${k + 1} === 0`).join(' || ');
  // A recent row of the same state keeps its facts, and any other gives its place up.
  const remember = `${fact((k) => `const f${k} = recent[slot + ${k}];`)}
        const other = ${each((k) => `r${k}`, ' | ')};
        const news = other ${fact((k) => `| (w${k} & ~f${k})`, ' ')};
        ${facts === 0 ? '' : 'const keeps = ~((other | -other) >> 31);'}
        ${each((k) => `recent[slot + ${k}] ^= r${k} & -leaves;`)}
        ${fact((k) => `recent[slot + ${k}] ^= (f${k} ^ (w${k} | (f${k} & keeps))) & -leaves;`)}`;
  const firstSlots = FIRST_SLOTS.map(
    (s) => `const u${s} = ${lacks((k) => `table[slot + ${s * width + k}]`)};`,
  ).join(' ');
  const isInFirst = `(${FIRST_SLOTS.map((s) => `(u${s} | -u${s})`).join(' & ')}) >= 0`;
  const firstNew = (unsure: string) => `(table, scale, rows, hashes, moves, from, to) => {
      for (let i = from; i < to; i++) {
        const at = moves[i];
        ${all((k) => `const w${k} = rows[at * ${width} + ${k}];`)}
        ${unsure}
        let slot = (((hashes[at] >>> 0) * scale) | 0) * ${width};
        ${firstSlots}
        if (${isInFirst}) continue;
        for (;;) {
          const word = table[slot];
          if (word === 0) return i;
          if (${isState}) ${facts === 0 ? 'break;' : `{ if (${lacks((k) => `table[slot + ${k}]`)}) return i; break; }`}
          slot += ${width};
        }
      }
      return to;
    }`;
  return {
    copy: make(`(from, at, to, toAt) => {
      ${all((k) => `to[toAt + ${k}] = from[at + ${k}];`)}
    }`),
    take: make(`(rows, masks, from, to, event, states, at, into, n) => {
      const toRows = into.rows, toMasks = into.masks;
      const { events, moves, hashes, recent } = into;
      const last = recent.length / ${width} - 1;
      let moved = into.moved, found = 0;
      ${all((k) => `const s${k} = states[at + ${k}];`)}
      for (let place = from; place < to; place++, event++) {
        const mask = masks[place];
        const taken = (mask >>> 31) ^ 1;
        ${all((k) => `const w${k} = rows[place * ${width} + ${k}];`)}
        ${all((k) => `toRows[n * ${width} + ${k}] = w${k};`)}
        events[n] = event;
        toMasks[n] = mask;
        found |= mask & -taken;
        ${hashOf((k) => `w${k}`)}
        hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
        hashes[n] = hash;
        const unlike = ${lacks((k) => `s${k}`)};
        const leaves = ((unlike | -unlike) >>> 31) & taken;
        const slot = (hash & last) * ${width};
        ${each((k) => `const r${k} = recent[slot + ${k}] ^ w${k};`)}
        ${remember}
        moves[moved] = n;
        moved += ((news | -news) >>> 31) & leaves;
        n += taken;
      }
      into.moved = moved;
      into.found = found;
      return n;
    }`),
    firstNew: make(firstNew('')),
    firstUnsure: make(firstNew(words === 1 ? '' : `if (${pastFirst}) return i;`)),
    hash: make(`(rows, at) => {
      ${hashOf((k) => `rows[at + ${k}]`)}
      return Math.imul(hash ^ (hash >>> 13), 0xc2b2ae3d);
    }`),
    find: make(`(table, from, rows, at) => {
      ${each((k) => `const w${k} = rows[at + ${k}];`)}
      let slot = from;
      ${facts === 0 ? `${firstSlots} if (${isInFirst}) return slot;` : ''}
      for (;;) {
        const word = table[slot];
        if (word === 0) return -1 - slot;
        if (${isState}) return slot;
        slot += ${width};
      }
    }`),
  };
}
