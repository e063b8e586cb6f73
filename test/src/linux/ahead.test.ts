import { describe, expect, it } from 'vitest';
import { AheadBoard, aheadMemory, nextInPlace } from '../../../src/linux/ahead/board.ts';
import { Book } from '../../../src/linux/ahead/book.ts';
import { AheadWork, strideOf } from '../../../src/linux/ahead/work.ts';
import type { CodeRunner, Outcomes } from '../../../src/linux/runner.ts';

/** Two threads' boards of the same memory, which know so many nodes: each the child of the one before. */
function boardsOf(nodes: number, stride = 1): [AheadBoard, AheadBoard] {
  const memory = aheadMemory(stride);
  const boards: [AheadBoard, AheadBoard] = [new AheadBoard(memory), new AheadBoard(memory)];
  for (let node = 0; node < nodes; node++) boards[0].tell(node, node - 1, node * 7);
  return boards;
}

const none = () => false;

describe('nodes that are worked out ahead', () => {
  it('are known to every thread with the way to them', () => {
    const [, other] = boardsOf(4);
    expect(other.wayTo(3)).toEqual([0, 1, 2, 3]);
    expect(other.eventTo(3)).toBe(21);
  });

  it('are taken by one thread each, in turn', () => {
    const [one, other] = boardsOf(3);
    expect([one.take(), other.take(), one.take(), other.take(), one.take()]).toEqual([0, 1, 2, -1, -1]);
    one.tell(3, 2, 0);
    expect(other.take()).toBe(3);
  });

  it('are not taken where the one that asks was first; else it is told how they stand', () => {
    const [asks, other] = boardsOf(2);
    expect(asks.ask(0, () => nextInPlace(0, none))).toBe('mine');
    expect(other.take()).toBe(1);
    expect(asks.ask(1, () => nextInPlace(1, none))).toBe('taken');
    other.done(1);
    expect(asks.ask(1, () => nextInPlace(1, none))).toBe('done');
    asks.fetched(1, nextInPlace(1, none));
    expect(other.take()).toBe(-1);
  });

  it('wait for their place until what was there is fetched, and none is worked out twice', () => {
    const [asks, other] = boardsOf(3000);
    let taken = 0;
    for (let node = other.take(); node >= 0; node = other.take()) {
      expect(node).toBe(taken++);
      other.done(node);
    }
    expect(taken).toBe(1024);
    // Asked for out of turn, where an older one has the place: it is worked out by the one that asks, and by nobody else.
    const settled = new Set([1024]);
    expect(asks.ask(1024, () => nextInPlace(1024, none))).toBe('mine');
    asks.fetched(
      0,
      nextInPlace(0, (node) => settled.has(node)),
    );
    expect(other.take()).toBe(-1);
    asks.fetched(
      1,
      nextInPlace(1, (node) => settled.has(node)),
    );
    expect(other.take()).toBe(1025);
  });
});

describe('what comes of a node', () => {
  const told = { refused: false, raised: [3], flushes: [{ cpu: 0, during: 'entry', page: 'u0' }] } as const;
  const runnerOf = (outcomes: Partial<Outcomes>) => ({ from: () => outcomes }) as unknown as CodeRunner;

  it('is put by number, told once, and read elsewhere', () => {
    const [one, other] = boardsOf(2, strideOf(2, 2));
    const book = new Book();
    const rows = Int32Array.of(1, 2, 3, -4);
    const work = new AheadWork(one, runnerOf({ rows, told: [told, told] }), book, 1);
    work.workOut(one.take());
    work.workOut(one.take());
    for (const node of [0, 1]) {
      const at = other.resultAt(node);
      expect([...other.results.subarray(at, at + 7)]).toEqual([1, 0, 1, 2, 0, 3, -4]);
    }
    expect(new Book(book.memory).next()).toEqual(told);
    expect(book.write({ ...told, refused: true })).toBe(1);
  });

  it('is to be asked for again where the code gave up, the runner failed, or there is no room to tell', () => {
    const [board] = boardsOf(4, strideOf(1, 1));
    const whoOf = (runner: CodeRunner, book = new Book()) => {
      const node = board.take();
      try {
        new AheadWork(board, runner, book, 1).workOut(node);
      } catch {}
      expect(board.ask(node, () => node)).toBe('done');
      return board.results[board.resultAt(node)];
    };
    const rows = Int32Array.of(1);
    expect(whoOf(runnerOf({ rows, told: [told] }))).toBe(1);
    expect(whoOf(runnerOf({ rows, told: [null] }))).toBe(-1);
    expect(whoOf({} as CodeRunner)).toBe(-1);
    const full = new Book();
    for (let i = 0; full.write({ ...told, raised: Array(50_000).fill(i) }) >= 0; i++);
    expect(whoOf(runnerOf({ rows, told: [told] }), full)).toBe(-1);
  });
});
