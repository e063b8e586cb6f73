/**
 * Toy models. Each is made from plain data, in worker threads too, which load no TypeScript.
 *
 * Words, events and findings are described at each.
 */

/** Makes the toy that `data.toy` names. */
export function createModel(data) {
  return TOYS[data.toy](data);
}

const REFUSED = 1 << 31;
const NONE = { findings: [], notes: [], noted: new Int32Array(0), symmetry: () => null };

/**
 * `counters` counters from 0 to `top`, the first offset by 1; event i raises counter i, event `counters`
 * resets all. Reaching `goal` as the sum is a finding; so is every reset from it, as a step.
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
    findings: [
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
    findings: [
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
    findings: [
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
    findings: goals.map((goal, i) => ({ name: `node ${goal}`, kind: 'always', ends: ends && i === 0 })),
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

const TOYS = { counters, puzzle, ring, graph, sink };
