import { describe, expect, it } from 'vitest';
import { Random } from '../../../../src/checker/random.ts';
import { Effects, FLAG } from '../../../../src/engine/memo/effects.ts';
import { headOf, Trees } from '../../../../src/engine/memo/trees.ts';
import { WideTrees } from '../../../../src/engine/memo/wide-trees.ts';
import { Allocator } from '../../../../src/engine/rows/allocate.ts';
import type { Field } from '../../../../src/engine/rows/field.ts';
import { Recorder } from '../../../../src/engine/views/recorder.ts';

const WORDS = 3;

/** Fields of a few widths in a few words. */
function someFields(random: Random): Field[] {
  const allocator = new Allocator(0);
  return Array.from({ length: 24 }, (_, i) => allocator.bits(`field ${i}`, 1 + random.below(3))).filter(
    ({ word }) => word < WORDS,
  );
}

function someRow(random: Random): Int32Array {
  return Int32Array.from({ length: WORDS }, () => random.next() | 0);
}

/** Work that reads one field after the other, what it reads next by what it read; gives a number by all of that. */
class Work {
  readonly #fields: readonly Field[];
  readonly #seed: number;

  constructor(fields: readonly Field[], seed: number) {
    this.#fields = fields;
    this.#seed = seed;
  }

  run(recorder: Recorder, row: Int32Array): number {
    recorder.begin(row);
    let state = this.#seed;
    for (let read = 0; read < 2 + (this.#seed % 7); read++) {
      const field = this.#fields[(state >>> 3) % this.#fields.length] as Field;
      state = (Math.imul(state ^ (recorder.read(field) + 1), 0x21f0aaad) >>> 0) ^ (state >>> 15);
    }
    return 1 + ((state >>> 0) % 50);
  }
}

/** The effect at the end of a path through wide trees, as the generated code finds it; 0 if it is not known. */
function findWide({ nodes, roots }: WideTrees, tree: number, row: Int32Array): number {
  const bits = (place: number) =>
    (((row[place & 255] as number) >>> ((place >> 8) & 31)) & (place >>> 16)) << ((place >> 13) & 7);
  let at = roots[tree] as number;
  while (at > 0) {
    const [a, b, c] = [nodes[at], nodes[at + 1], nodes[at + 2]] as [number, number, number];
    at = nodes[at + 3 + (bits(a) | bits(b) | bits(c))] as number;
  }
  return -at;
}

describe('trees', () => {
  it.each([1, 2, 3, 4])(
    'answer as the work that their paths are of, and wide trees as they do: seed %s',
    (seed) => {
      const random = new Random(seed);
      const fields = someFields(random);
      const works = Array.from({ length: 12 }, (_, i) => new Work(fields, 1000 * seed + i));
      const recorder = new Recorder(WORDS);
      const trees = new Trees(works.length);
      const wide = new WideTrees(trees);
      let [hits, wideHits, refreshed] = [0, 0, 0];
      for (let i = 0; i < 12_000; i++) {
        const tree = random.below(works.length);
        const row = someRow(random);
        const expected = (works[tree] as Work).run(recorder, row);
        const known = trees.find(tree, row);
        expect(known === 0 || known === expected).toBe(true);
        if (known !== 0) hits++;
        const widely = findWide(wide, tree, row);
        expect(widely === 0 || widely === known).toBe(true);
        if (widely === 0) wide.ask();
        else wideHits++;
        expect(trees.add(tree, recorder, expected)).toBeNull();
        expect(trees.find(tree, row)).toBe(expected);
        if (wide.refresh()) {
          refreshed++;
          expect(findWide(wide, tree, row)).toBe(expected);
        }
      }
      expect([hits > 1000, wideHits > 1000, refreshed > 0]).toEqual([true, true, true]);
      expect(trees.paths).toBeGreaterThan(100);
      expect(trees.bytes).toBeGreaterThan(trees.paths * 4);
    },
  );

  const allocator = new Allocator(0);
  const [one, other] = [allocator.bits('one', 1), allocator.bits('other', 2)];
  const recorder = new Recorder(WORDS);
  const reading = (...fields: Field[]) => {
    recorder.begin(new Int32Array(WORDS));
    for (const field of fields) recorder.read(field);
    return recorder;
  };

  it.each([
    ['reads something else', [other]],
    ['reads more', [one, other]],
    ['reads less', []],
  ] as const)('tell of work that %s', (misfit, fields) => {
    const trees = new Trees(1);
    expect(trees.add(0, reading(one), 7)).toBeNull();
    expect(trees.add(0, reading(...fields), 7)).toBe(misfit);
    expect(trees.find(0, new Int32Array(WORDS))).toBe(7);
    expect(trees.paths).toBe(1);
  });

  it('may have one path that reads nothing', () => {
    const trees = new Trees(2);
    expect(trees.find(1, new Int32Array(WORDS)) || 'nothing').toBe('nothing');
    expect(trees.add(1, reading(), 3)).toBeNull();
    expect(trees.find(1, new Int32Array(WORDS))).toBe(3);
    expect(trees.find(0, new Int32Array(WORDS)) || 'nothing').toBe('nothing');
  });

  it.each([
    [256, 1],
    [0, 0x8000],
    [0, -1],
  ])('have no node for word %s, mask %s', (word, mask) => {
    expect(() => headOf(word, 0, mask)).toThrow(`no node for word ${word}, mask ${mask}`);
  });
});

describe('a recorder', () => {
  const allocator = new Allocator(0);
  const [flag, count] = [allocator.bits('flag', 1), allocator.bits('count', 3)];
  const constant: Field = { name: 'constant', bits: 0, word: 0, shift: 0, mask: 0, constant: 1 };
  const recorder = new Recorder(2);
  const row = Int32Array.of(0b1011, 0);

  it('records what is read before it is written, once', () => {
    recorder.begin(row);
    expect([recorder.read(count), recorder.read(count), recorder.read(flag)]).toEqual([5, 5, 1]);
    expect([...recorder.path.subarray(0, recorder.length)]).toEqual([0, 1, 7, 5, 0, 0, 1, 1]);
    recorder.write(flag, 0);
    expect(recorder.read(flag)).toBe(0);
    expect(recorder.length).toBe(8);
    expect([recorder.row[0], recorder.written[0], recorder.known[0]]).toEqual([0b1010, 1, 0b1111]);
    expect(row[0]).toBe(0b1011);
  });

  it('starts over', () => {
    recorder.begin(row);
    expect([recorder.length, recorder.known[0], recorder.written[0], recorder.row[0]]).toEqual([
      0, 0, 0, 0b1011,
    ]);
  });

  it('records nothing of what is known or always so', () => {
    recorder.begin(row);
    recorder.know(0, 0b0110);
    expect([recorder.read(count), recorder.read(constant), recorder.knows(constant)]).toEqual([3, 1, true]);
    expect(recorder.length).toBe(0);
  });

  it.each([
    [constant, 0],
    [flag, 2],
    [count, -1],
    [count, 8],
  ])('has no place for a value of %s beyond it: %s', (field, value) => {
    recorder.begin(row);
    expect(() => recorder.write(field, value)).toThrow('this layout has no place for it');
  });

  it('takes the constant of a field without bits', () => {
    recorder.begin(row);
    recorder.write(constant, 1);
    expect(recorder.written[0]).toBe(0);
  });

  it('keeps any number of reads', () => {
    const large = new Recorder(200);
    const each = new Allocator(0);
    const fields = Array.from({ length: 6000 }, (_, i) => each.bits(`${i}`, 1));
    large.begin(new Int32Array(200));
    for (const field of fields) large.read(field);
    expect(large.length).toBe(24_000);
  });
});

describe('effects', () => {
  const told = { refused: false, work: [1, 0], notes: [0] };
  const allocator = new Allocator(0);
  const flag = allocator.bits('flag', 1);
  const recorder = new Recorder(2);
  const effectOf = (
    effects: Effects,
    value: number | null,
    dropped: ReadonlyMap<number, number> = new Map(),
  ) => {
    recorder.begin(Int32Array.of(0, 0));
    if (value !== null) recorder.write(flag, value);
    return effects.numberOf(recorder, told, [], dropped);
  };

  it('are each there once', () => {
    const effects = new Effects(2);
    const numbers = [
      effectOf(effects, 1),
      effectOf(effects, 0),
      effectOf(effects, null),
      effectOf(effects, 1),
    ];
    expect(numbers[3]).toBe(numbers[0]);
    expect(new Set(numbers).size).toBe(3);
    expect(effects.count).toBe(3);
  });

  it('say what is kept and set of each word', () => {
    const effects = new Effects(2);
    const at = effectOf(effects, 1, new Map([[1, 0b110]]));
    expect([...effects.words.subarray(at, at + 7)]).toEqual([0, 0, 0, ~1, 1, ~0b110, 0]);
  });

  it('are told apart by what they tell, what they do to facts, and what they do besides', () => {
    const effects = new Effects(2);
    recorder.begin(Int32Array.of(0, 0));
    const numbers = [
      effects.numberOf(recorder, told, [], new Map()),
      effects.numberOf(recorder, { ...told, work: [2, 0] }, [], new Map()),
      effects.numberOf(recorder, { ...told, notes: [1] }, [], new Map()),
      effects.numberOf(recorder, { ...told, refused: true }, [], new Map()),
      effects.numberOf(recorder, told, [1, 2, 0], new Map()),
      effects.numberOf(recorder, told, [], new Map(), 1),
    ];
    expect(new Set(numbers).size).toBe(numbers.length);
    const flags = numbers.map((number) => effects.words[number]);
    expect(flags).toEqual([0, 0, 0, FLAG.refused, 0, FLAG.exchanges]);
    expect(effects.toldBy(numbers[1] as number).work).toEqual([2, 0]);
  });

  it('keep their programs apart, however many there are', () => {
    const effects = new Effects(2);
    recorder.begin(Int32Array.of(0, 0));
    const numbers = Array.from({ length: 3000 }, (_, i) =>
      effects.numberOf(recorder, told, [i, i + 1, 0], new Map()),
    );
    for (const [i, number] of numbers.entries()) {
      const [from, to] = effects.words.subarray(number + 1, number + 3);
      expect([...effects.programs.subarray(from, to)]).toEqual([i, i + 1, 0]);
    }
  });

  it('are all to be checked again once that is asked for', () => {
    const effects = new Effects(2);
    const numbers = [effectOf(effects, 1), effectOf(effects, 0)];
    for (const number of numbers) (effects.words[number] as number) |= FLAG.checked;
    effects.uncheck();
    expect(numbers.map((number) => effects.words[number])).toEqual([0, 0]);
  });
});
