/**
 * Toy models. Each is made from plain data, in worker threads too, which load no TypeScript.
 *
 * Words, events and goals are described at each.
 */

/** Makes the toy that `data.toy` names. */
export function createModel(data) {
  return TOYS[data.toy](data);
}

const REFUSED = 1 << 31;
const NONE = { facts: 0, goals: [], notes: [], noted: new Int32Array(0), symmetry: () => null };

/**
 * `counters` counters from 0 to `top`, the first offset by 1; event i raises counter i, event `counters`
 * resets all. Reaching `goal` as the sum is a goal; so is every reset from it, as a step.
 */
function counters({ counters: n, top, goal = -1, ends = false, spin = 0 }) {
  const noted = new Int32Array(1);
  const sum = (b) => b.subarray(0, n).reduce((s, v) => s + v, -1);
  return {
    ...NONE,
    identity: `counters ${n} ${top} ${goal} ${ends}`,
    words: n,
    bufferWords: n + 2,
    events: n + 1,
    goals: [
      { name: 'goal', kind: 'always', ends },
      { name: 'reset from the goal', kind: 'sometimes', ends: false },
    ],
    notes: ['raised', 'reset'],
    noted,
    initial(b) {
      b.fill(0, 0, n);
      b[0] = 1;
    },
    step(b, event) {
      b[n] = -7;
      for (let i = 0; i < spin; i++) b[n] = Math.imul(b[n], 0x2c1b3c6d) ^ i;
      if (event === n) {
        const found = sum(b) === goal ? 2 : 0;
        noted[0] |= 2;
        b.fill(0, 0, n);
        b[0] = 1;
        return found;
      }
      if (b[event] === top + (event === 0 ? 1 : 0)) return REFUSED;
      noted[0] |= 1;
      b[event]++;
      return 0;
    },
    inspect: (b) => (sum(b) === goal ? 1 : 0),
  };
}

/** A 3x`rows` sliding puzzle, a digit of 4 bits a cell; events move the gap left, right, up, down. */
function puzzle({ rows, ends = false, wanted = [] }) {
  const cells = 3 * rows;
  const words = Math.ceil(cells / 8);
  const get = (b, i) => (b[i >> 3] >>> ((i & 7) * 4)) & 15;
  const set = (b, i, v) => {
    const shift = (i & 7) * 4;
    b[i >> 3] = (b[i >> 3] & ~(15 << shift)) | (v << shift);
  };
  const noted = new Int32Array(2);
  return {
    ...NONE,
    identity: `puzzle ${rows} ${ends} ${wanted}`,
    words,
    bufferWords: words,
    events: 4,
    goals: [
      { name: 'a tile is home', kind: 'sometimes', ends: false },
      { name: 'reached', kind: 'always', ends },
    ],
    notes: Array.from({ length: 40 }, (_, i) => `gap at ${i}`),
    noted,
    initial(b) {
      b.fill(0, 0, words);
      for (let i = 0; i < cells; i++) set(b, i, i);
    },
    step(b, event) {
      let gap = 0;
      while (get(b, gap) !== 0) gap++;
      const column = gap % 3;
      if (event === 0 && column === 0) return REFUSED;
      if (event === 1 && column === 2) return REFUSED;
      if (event === 2 && gap < 3) return REFUSED;
      if (event === 3 && gap >= cells - 3) return REFUSED;
      const other = gap + [-1, 1, -3, 3][event];
      set(b, gap, get(b, other));
      set(b, other, 0);
      noted[(other + 30) >> 5] |= 1 << ((other + 30) & 31);
      return other === cells - 1 ? 1 : 0;
    },
    inspect: (b) => (wanted.length > 0 && wanted.every((v, i) => get(b, i) === v) ? 2 : 0),
  };
}

/**
 * `cells` cells in a ring, a token of 0 to 3 in each, 4 bits a cell; event 2i moves one token from cell i to the next,
 * event 2i+1 drops one there if there are none anywhere, or fewer than `most` in all. Renamings rotate the ring.
 */
function ring({ cells, most, goal = [], ends = false }) {
  const get = (b, i) => (b[1] >>> (i * 4)) & 15;
  const rotated = (word, r) => {
    let out = 0;
    for (let i = 0; i < cells; i++) out |= ((word >>> (i * 4)) & 15) << (((i + r) % cells) * 4);
    return out;
  };
  const total = (b) => {
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += get(b, i);
    return sum;
  };
  const isGoal = (b) => {
    for (let r = 0; r < cells; r++) {
      if (goal.length > 0 && goal.every((v, i) => get(b, (i + r) % cells) === v)) return true;
    }
    return false;
  };
  return {
    ...NONE,
    identity: `ring ${cells} ${most} ${goal} ${ends}`,
    words: 2,
    bufferWords: 3,
    events: 2 * cells,
    goals: [
      { name: 'goal', kind: 'always', ends },
      { name: 'onto three', kind: 'sometimes', ends: false },
    ],
    initial(b) {
      b[0] = 1;
      b[1] = 1;
    },
    step(b, event) {
      const cell = event >> 1;
      const after = (cell + 1) % cells;
      if (event % 2 === 1) {
        if (total(b) >= most || get(b, cell) === 3) return REFUSED;
        b[1] += 1 << (cell * 4);
        return 0;
      }
      if (get(b, cell) === 0) return REFUSED;
      if (get(b, after) === 3) return REFUSED;
      b[1] += (1 << (after * 4)) - (1 << (cell * 4));
      return get(b, after) === 3 ? 2 : 0;
    },
    inspect: (b) => (isGoal(b) ? 1 : 0),
    symmetry: () => ({
      renames: ['rotations of the ring'],
      order: cells,
      canonicalize(b) {
        let best = 0;
        let least = b[1];
        for (let r = 1; r < cells; r++) {
          const word = rotated(b[1], r);
          if (word < least) {
            least = word;
            best = r;
          }
        }
        b[1] = least;
        return best;
      },
      eventBefore: (r, event) => 2 * (((event >> 1) - r + cells) % cells) + (event % 2),
    }),
  };
}

/** A graph of `size` nodes; event e goes from each node to one that looks random; some are refused. */
function graph({
  size,
  words = 3,
  events = 6,
  seed = 1,
  goals = [],
  ends = false,
  spin = 0,
  failsAt = -1,
  exitsAt = -1,
}) {
  const noted = new Int32Array(1);
  return {
    ...NONE,
    identity: `graph ${size} ${words} ${events} ${seed} ${goals} ${ends}`,
    words,
    bufferWords: words + 1,
    events,
    goals: goals.map((goal, i) => ({ name: `node ${goal}`, kind: 'always', ends: ends && i === 0 })),
    notes: ['a', 'b'],
    noted,
    initial(b) {
      b.fill(0, 0, words);
      b[0] = 5;
    },
    step(b, event) {
      const node = words > 1 ? b[1] : b[0] - 5;
      if (node === failsAt) throw new Error(`node ${node}`);
      if (node === exitsAt) process.exit(7);
      let mixed = Math.imul(node + 1, 0x9e3779b1) ^ Math.imul(event + seed, 0x85ebca6b);
      for (let i = 0; i <= spin; i++) mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
      mixed ^= mixed >>> 12;
      if ((mixed & 7) === 0) return REFUSED;
      noted[0] |= 1 + (mixed & 2);
      const target = (mixed >>> 3) % size;
      if (words > 1) b[1] = target;
      else b[0] = target + 5;
      if (words > 2) b[2] = Math.imul(target, 3);
      return 0;
    },
    inspect(b) {
      const node = words > 1 ? b[1] : b[0] - 5;
      return goals.reduce((mask, goal, i) => (goal === node ? mask | (1 << i) : mask), 0);
    },
  };
}

/** A walk of `length` steps into a state where every event is refused. */
function sink({ length }) {
  return {
    ...NONE,
    identity: `sink ${length}`,
    words: 1,
    bufferWords: 1,
    events: 2,
    initial(b) {
      b[0] = 1;
    },
    step(b, event) {
      if (event === 1 || b[0] > length) return REFUSED;
      b[0]++;
      return 0;
    },
    inspect: () => 0,
  };
}

/** Bits of facts in a word, in the toys that keep facts: fact i is bit i % 30 of word i / 30. */
const FACT_BITS = 30;
const hasFact = (b, at, i) => ((b[at + Math.floor(i / FACT_BITS)] >>> (i % FACT_BITS)) & 1) === 1;
const addFact = (b, at, i) => {
  b[at + Math.floor(i / FACT_BITS)] |= 1 << (i % FACT_BITS);
};

/**
 * A graph of `size` nodes as `graph`, and beside each node facts in `groups` groups, of which a run has at most one
 * of `values` in each: fact `group * values + value`. Each event maps each by a function that looks random, now and
 * then to none. At every third node, two facts after each other are the same, which `expand`, if it `expands`,
 * knows.
 *
 * Goals are nodes with a fact, events at nodes with a fact, and nodes, in this order; group -1 is any. `ends` is
 * the number of one that ends the search.
 */
function facts({
  size,
  words = 2,
  events = 5,
  groups = 3,
  values = 3,
  seed = 1,
  goals = [],
  steps = [],
  nodes = [],
  ends = -1,
  expands = false,
  spin = 0,
}) {
  const factWords = Math.ceil((groups * values) / FACT_BITS);
  const noted = new Int32Array(1);
  const mix = (a, b, c, d) => {
    let mixed =
      Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + seed, 0x85ebca6b) ^ Math.imul(c * 64 + d + 7, 0xc2b2ae35);
    for (let i = 0; i <= spin + 1; i++) mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
    return (mixed ^ (mixed >>> 12)) >>> 0;
  };
  const target = (node, event) => {
    const mixed = mix(node, event, 0, 0);
    return mixed % 8 === 0 ? -1 : (mixed >>> 3) % size;
  };
  /** The fact that has the same future. */
  const same = (node, value) => (node % 3 === 0 ? value & ~1 : value);
  const alike = (node, value) =>
    Array.from({ length: values }, (_, v) => v).filter((v) => same(node, v) === same(node, value));
  const isHad = (node, group, value, has) =>
    alike(node, value).some((v) =>
      group >= 0 ? has(group, v) : Array.from({ length: groups }, (_, g) => g).some((g) => has(g, v)),
    );
  const after = (node, event, group, value) => {
    const mixed = mix(node, event, group + 1, same(node, value));
    return mixed % 16 === 0 ? -1 : (mixed >>> 4) % values;
  };
  const nodeOf = (b) => (words > 1 ? b[1] : b[0] - 5);
  const setNode = (b, node) => {
    b[0] = words > 1 ? 5 : node + 5;
    if (words > 1) b[1] = node;
    if (words > 2) b[2] = Math.imul(node, 3);
  };
  const sought = [...goals, ...steps, ...nodes].map((at, i) => ({
    name: `${at}`,
    kind: 'always',
    ends: i === ends,
  }));
  /** The goals of a state or step, where `has` tells its facts. */
  const inState = (node, has) => {
    let mask = 0;
    goals.forEach(([n, group, value], i) => {
      if (n === node && isHad(n, group, value, has)) mask |= 1 << i;
    });
    nodes.forEach((n, i) => {
      if (n === node) mask |= 1 << (goals.length + steps.length + i);
    });
    return mask;
  };
  const inStep = (node, event, has) => {
    let mask = 0;
    steps.forEach(([n, e, group, value], i) => {
      if (n === node && e === event && isHad(n, group, value, has)) mask |= 1 << (goals.length + i);
    });
    return mask;
  };
  const all = { ...NONE, events, goals: sought, notes: ['a', 'b'], noted };
  const step = (b, event) => {
    const node = nodeOf(b);
    const next = target(node, event);
    if (next < 0) return REFUSED;
    noted[0] |= 1 + (next & 2);
    const found = inStep(node, event, (g, v) => hasFact(b, words, g * values + v));
    const arrived = new Int32Array(factWords);
    for (let g = 0; g < groups; g++) {
      for (let v = 0; v < values; v++) {
        if (!hasFact(b, words, g * values + v)) continue;
        const to = after(node, event, g, v);
        if (to >= 0) addFact(arrived, 0, g * values + to);
      }
    }
    setNode(b, next);
    b.set(arrived, words);
    return found;
  };
  const width = words + factWords;
  const buffer = new Int32Array(width);
  const expand = (states, at, count, _wanted, rows, masks) => {
    for (let s = 0; s < count; s++) {
      const from = at + s * width;
      if (states[from + width - 1] >>> 30 !== 0) throw new Error('a bit of the search');
      for (let e = 0; e < events; e++) {
        buffer.set(states.subarray(from, from + width));
        masks[s * events + e] = step(buffer, e);
        rows.set(buffer, (s * events + e) * width);
      }
      const node = nodeOf(states.subarray(from, from + words));
      if (node % 3 !== 0) continue;
      for (let g = 0; g < groups; g++) {
        for (let v = 0; v + 1 < values; v += 2) {
          const i = g * values + v;
          if (!hasFact(states, from + words, i) && !hasFact(states, from + words, i + 1)) continue;
          addFact(states, from + words, i);
          addFact(states, from + words, i + 1);
        }
      }
    }
  };
  return {
    ...all,
    identity: `facts ${size} ${words} ${events} ${groups} ${values} ${seed} ${ends}`,
    words,
    facts: factWords,
    bufferWords: width + 1,
    initial(b) {
      b.fill(0, 0, width);
      setNode(b, 0);
      for (let g = 0; g < groups; g++) addFact(b, words, g * values);
    },
    step,
    expand: expands ? expand : undefined,
    inspect: (b) => inState(nodeOf(b), (g, v) => hasFact(b, words, g * values + v)),
    count(rows, at) {
      const node = nodeOf(rows.subarray(at, at + words));
      const seen = new Set();
      for (let g = 0; g < groups; g++) {
        for (let v = 0; v < values; v++) {
          if (hasFact(rows, at + words, g * values + v)) seen.add(g * values + same(node, v));
        }
      }
      return seen.size;
    },
    alone: {
      groups,
      /** The last word of a state is the value of the group, or -1. */
      model: (group) => ({
        ...all,
        identity: `facts of group ${group}`,
        words: words + 1,
        bufferWords: words + 1,
        initial(b) {
          setNode(b, 0);
          b[words] = 0;
        },
        step(b, event) {
          const node = nodeOf(b);
          const value = b[words];
          const next = target(node, event);
          if (next < 0) return REFUSED;
          setNode(b, next);
          b[words] = value < 0 ? -1 : after(node, event, group, value);
          return inStep(node, event, (g, v) => g === group && v === value);
        },
        inspect: (b) => inState(nodeOf(b), (g, v) => g === group && v === b[words]),
      }),
    },
  };
}

/**
 * `cells` cells in a ring, of which at most `most` have a token; beside that, what the register of each cell may
 * hold, 0 to 2: fact `3 * cell + value`. Event 3i moves a token into or out of cell i; event 3i+1 counts its register
 * up, if there is a token; event 3i+2 clears it unless it holds 1, if there is a token in the next cell.
 * Renamings rotate the ring.
 */
function registers({ cells, most }) {
  const rotated = (word, r, size) => {
    const length = cells * size;
    const by = r * size;
    return ((word << by) | (word >>> (length - by))) & ((1 << length) - 1);
  };
  const tokens = (b) => b[0] - 1;
  const hasToken = (b, cell) => ((tokens(b) >>> (cell % cells)) & 1) === 1;
  const count = (word) => {
    let n = 0;
    for (let bits = word; bits !== 0; bits &= bits - 1) n++;
    return n;
  };
  const registerAfter = (kind, value) => {
    if (kind === 0) return value;
    if (kind === 1) return (value + 1) % 3;
    return value === 1 ? 1 : 0;
  };
  /** Whether an event is carried out, which moves the tokens. */
  const move = (b, cell, kind) => {
    if (kind === 0) {
      const next = tokens(b) ^ (1 << cell);
      if (count(next) > most) return false;
      b[0] = next + 1;
      return true;
    }
    return kind === 1 ? hasToken(b, cell) : hasToken(b, cell + 1);
  };
  const isCrowded = (b, cell) => hasToken(b, cell) && hasToken(b, cell + 1) && hasToken(b, cell + cells - 1);
  const all = {
    ...NONE,
    events: 3 * cells,
    goals: [
      { name: 'a register holds 2 among tokens', kind: 'always', ends: false },
      { name: 'clears 2 with all tokens', kind: 'sometimes', ends: false },
    ],
  };
  return {
    ...all,
    identity: `registers ${cells} ${most}`,
    words: 1,
    facts: 1,
    bufferWords: 2,
    initial(b) {
      b[0] = 1;
      b[1] = 0;
      for (let cell = 0; cell < cells; cell++) b[1] |= 1 << (3 * cell);
    },
    step(b, event) {
      const cell = Math.floor(event / 3);
      const kind = event % 3;
      const held = (b[1] >>> (3 * cell)) & 7;
      const found = kind === 2 && (held & 4) !== 0 && count(tokens(b)) === most ? 2 : 0;
      if (!move(b, cell, kind)) return REFUSED;
      b[1] &= ~(7 << (3 * cell));
      for (let v = 0; v < 3; v++) {
        if (((held >>> v) & 1) === 1) b[1] |= 1 << (3 * cell + registerAfter(kind, v));
      }
      return found;
    },
    inspect(b) {
      for (let cell = 0; cell < cells; cell++) {
        if (isCrowded(b, cell) && ((b[1] >>> (3 * cell)) & 4) !== 0) return 1;
      }
      return 0;
    },
    count: (rows, at) => count(rows[at + 1]),
    alone: {
      groups: cells,
      model: (group) => ({
        ...all,
        identity: `register ${group}`,
        words: 2,
        bufferWords: 2,
        initial(b) {
          b[0] = 1;
          b[1] = 0;
        },
        step(b, event) {
          const cell = Math.floor(event / 3);
          const kind = event % 3;
          const full = count(tokens(b)) === most;
          if (!move(b, cell, kind)) return REFUSED;
          if (cell !== group) return 0;
          const value = b[1];
          b[1] = registerAfter(kind, value);
          return kind === 2 && value === 2 && full ? 2 : 0;
        },
        inspect: (b) => (isCrowded(b, group) && b[1] === 2 ? 1 : 0),
      }),
    },
    symmetry: () => ({
      renames: ['rotations of the ring'],
      order: cells,
      canonicalize(b) {
        let best = 0;
        let least = tokens(b);
        for (let r = 1; r < cells; r++) {
          const word = rotated(tokens(b), r, 1);
          if (word < least) {
            least = word;
            best = r;
          }
        }
        b[0] = least + 1;
        b[1] = rotated(b[1], best, 3);
        return best;
      },
      eventBefore: (r, event) => 3 * ((Math.floor(event / 3) - r + cells) % cells) + (event % 3),
    }),
  };
}

const TOYS = { counters, puzzle, ring, graph, sink, facts, registers };
