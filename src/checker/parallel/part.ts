import { maskOf } from '../findings.ts';
import type { Model } from '../model.ts';
import { type RowCode, rowCode } from '../row-code.ts';
import { ChunkPool, RowQueue } from '../rows.ts';
import { inspectRow, Successors } from '../successors.ts';
import { Visited } from '../visited.ts';
import { Barrier } from './barrier.ts';
import { BOX_ROWS, Board } from './board.ts';
import type { PartsOutcome, Plan } from './plan.ts';
import { ownerOf, share } from './share.ts';

/** Transitions of a round, if not a few more. */
const ROUND = 1 << 15;
/** Rows that are looked up side by side. */
const BATCH = 256;

/**
 * One thread's part of a search: the states whose hashes it owns. It expands its own states and sends what
 * belongs to others; a round is some expanding, a barrier, taking in what was sent, and a barrier.
 */
export class Part {
  readonly visited: Visited;
  readonly fired: Float64Array;
  current: RowQueue;
  next: RowQueue;
  /** The event to go on with in the first state of `current`. */
  event: number;
  private readonly plan: Plan;
  private readonly model: Model;
  private readonly board: Board;
  private readonly barrier: Barrier;
  private readonly pool: ChunkPool;
  private readonly successors: Successors;
  private readonly code: RowCode;
  private readonly hashes: Int32Array;
  /** The transitions of `successors` that lead to states of this part. */
  private readonly own: Int32Array;
  private readonly scratch: Int32Array;
  /** 0, 1, 2, ... */
  private readonly inOrder = Int32Array.from({ length: BATCH }, (_, i) => i);
  /** For each part, where rows to it and from it go; and rows sent to it in this round. */
  private readonly outboxes: Int32Array[];
  private readonly inboxes: Int32Array[];
  private readonly sent: Int32Array;
  private readonly ends: number;
  private transitions = 0;
  private level: number;
  private wanted: number;
  private occurred = 0;

  constructor(plan: Plan, model: Model) {
    const { part, parts } = plan;
    const others = Array.from({ length: parts }, (_, i) => i);
    this.plan = plan;
    this.model = model;
    this.board = new Board(plan.memory, parts);
    this.barrier = new Barrier(this.board.barrier, parts);
    this.visited = new Visited({ words: model.words, maxBytes: plan.maxBytes, ...share(part, parts) });
    this.fired = new Float64Array(model.events);
    this.pool = new ChunkPool(model.words);
    this.current = new RowQueue(this.pool);
    this.next = new RowQueue(this.pool);
    this.successors = new Successors(model, plan.symmetric, this.visited.hash);
    this.code = rowCode(model.words);
    this.own = new Int32Array(this.successors.most);
    this.hashes = new Int32Array(Math.max(this.successors.most, BATCH));
    this.scratch = new Int32Array(model.bufferWords);
    this.outboxes = others.map((other) => this.board.box(part, other));
    this.inboxes = others.map((other) => this.board.box(other, part));
    this.sent = new Int32Array(parts);
    this.ends = maskOf(model, ({ ends }) => ends);
    this.event = 0;
    this.level = plan.beginning.level;
    this.wanted = plan.beginning.wanted;
  }

  /** Searches until all parts end, for the same reason. */
  run(): PartsOutcome {
    const { board, barrier } = this;
    const { part } = this.plan;
    this.tell();
    barrier.pass();
    if (board.full) return 'memory';
    for (;;) {
      this.expand();
      barrier.pass();
      this.takeIn();
      this.tell();
      if (part === 0) board.seeStop();
      barrier.pass();
      // What is read from here on changes only after the next barrier.
      const { found } = board;
      this.wanted &= ~found;
      if ((found & this.ends) !== 0) return 'ended';
      const left = board.sum('current');
      if (left === 0 && board.sum('next') === 0) return 'complete';
      if (board.stopped) return 'stopped';
      if (board.full) return 'memory';
      if (left === 0) this.descend();
    }
  }

  private get bytes(): number {
    return this.visited.bytes + this.pool.bytes;
  }

  /** Tells the others how this part stands. */
  private tell(): void {
    const { board, plan, visited } = this;
    const { part, maxBytes } = plan;
    board.tell(part, 'states', visited.size);
    board.tell(part, 'transitions', this.transitions);
    board.tell(part, 'current', this.current.length);
    board.tell(part, 'next', this.next.length);
    board.tell(part, 'bytes', this.bytes);
    board.tell(part, 'level', this.level);
    board.addFound(this.occurred);
    visited.allow(maxBytes - this.pool.bytes);
    const round = ROUND + this.successors.most + (plan.parts - 1) * BOX_ROWS;
    if (visited.room < round || this.bytes > maxBytes) board.setFull();
  }

  /** All parts have expanded the level; goes on to the next. */
  private descend(): void {
    const done = this.current;
    this.current = this.next;
    this.next = done;
    this.level++;
  }

  /** Expands states until the round is over or a box is full. */
  private expand(): void {
    const { successors, current, sent, board, plan } = this;
    const goal = this.transitions + ROUND;
    sent.fill(0);
    let most = 0;
    while (current.length > 0 && this.transitions < goal && most <= BOX_ROWS - successors.most) {
      successors.gather(current, this.event, this.wanted);
      this.event = 0;
      this.route(successors.ends[successors.sources - 1] as number);
      for (let i = 0; i < successors.sources; i++) current.shift();
      for (let part = 0; part < plan.parts; part++) most = Math.max(most, sent[part] as number);
    }
    for (let part = 0; part < plan.parts; part++) board.setRowsSent(plan.part, part, sent[part] as number);
  }

  /** Takes in the first `length` transitions gathered, or sends their targets to those who own them. */
  private route(length: number): void {
    const { successors, own, sent, fired, code, visited } = this;
    const { rows, events, masks, moves, moved, hashes } = successors;
    const { part, parts } = this.plan;
    const { words } = this.model;
    for (let t = 0; t < length; t++) {
      (fired[events[t] as number] as number)++;
      this.occurred |= (masks[t] as number) & this.wanted;
    }
    let owned = 0;
    for (let i = 0; i < moved; i++) {
      const t = moves[i] as number;
      const hash = hashes[t] as number;
      const owner = ownerOf(hash, parts);
      if (owner === part) own[owned++] = t;
      else {
        const box = this.outboxes[owner] as Int32Array;
        code.copy(rows, t * words, box, (sent[owner] as number) * words);
        (sent[owner] as number)++;
      }
    }
    this.transitions += length;
    for (let begin = 0; begin < owned; begin += BATCH) {
      const end = Math.min(begin + BATCH, owned);
      visited.touch(hashes, own, begin, end);
      let i = visited.firstNew(rows, hashes, own, begin, end);
      while (i < end) {
        const t = own[i] as number;
        this.add(rows, t * words, hashes[t] as number);
        i = visited.firstNew(rows, hashes, own, i + 1, end);
      }
    }
  }

  /** Takes in what the others sent in this round. */
  private takeIn(): void {
    const { board, plan, visited, hashes } = this;
    const { words } = this.model;
    for (let from = 0; from < plan.parts; from++) {
      const box = this.inboxes[from] as Int32Array;
      const rows = board.rowsSent(from, plan.part);
      for (let begin = 0; begin < rows; begin += BATCH) {
        const length = Math.min(BATCH, rows - begin);
        for (let i = 0; i < length; i++) hashes[i] = visited.hash(box, (begin + i) * words, words);
        visited.touch(hashes, this.inOrder, 0, length);
        for (let i = 0; i < length; i++) this.add(box, (begin + i) * words, hashes[i] as number);
      }
    }
  }

  /** Adds a state of this part, if it is new. */
  private add(rows: Int32Array, at: number, hash: number): void {
    if (!this.visited.add(rows, at, hash)) return;
    this.next.push(rows, at);
    if (this.wanted !== 0) this.occurred |= inspectRow(this.model, this.scratch, rows, at, this.wanted);
  }
}
