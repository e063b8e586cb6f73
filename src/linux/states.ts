import type { Event } from '../../spec/events/event.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import type { KvmDone, KvmOnRows } from '../engine/memo/kvm-on-rows.ts';
import type { RowLayout } from '../engine/rows/fields.ts';
import { formatEvent } from '../trace/print.ts';
import { grown, NO_PARENT, NodeTable } from './node-table.ts';
import { CodeRunner, type Outcomes } from './runner.ts';
import { type SecondImages, SecondImagesCompared } from './second-images.ts';
import { Tales } from './tales.ts';
import type { Told } from './words.ts';

/** What becomes of an event in a node: null where the code gave up, or came to what rows have no place for. */
interface Done extends KvmDone {
  readonly told: Told | null;
}

/** Others that work out nodes before they are asked for. */
export interface Ahead {
  /** A node was reached for the first time: from a parent, by an event. */
  readonly reached: (node: number, parent: number, event: number) => void;
  /** What came of a node, as the runner would say it; null if it is to be asked. Settled nodes are not asked for. */
  readonly outcomesOf: (node: number, isSettled: (node: number) => boolean) => Outcomes | null;
}

/** Makes them, for the runner of this thread. */
export type AheadOf = (runner: CodeRunner, rows: RowLayout) => Ahead;

/** In `ends`: the event has not been carried out. */
const UNKNOWN = 0;

/**
 * The states of Linux's own code on a layout, each as a node of rows: what can be observed. An event is carried
 * out once in each, from the memory as it was where the state was first reached; to get there again, the events that
 * led to it are.
 */
export class LinuxStates implements KvmOnRows {
  readonly nodes: NodeTable;
  /** The first row. */
  readonly start: Int32Array;
  readonly second: SecondImages;
  readonly rows: RowLayout;
  private readonly events: readonly Event[];
  private readonly runner: CodeRunner;
  /** By node and event: one more than where it leads, and the number of what was told. */
  private ends = new Int32Array(1 << 12);
  private told = new Int32Array(1 << 12);
  private readonly tales = new Tales();
  private readonly gaveUp = new Map<string, string>();
  private readonly ahead: Ahead | null;
  private readonly isSettled = (node: number) => this.isWorkedOut(node);

  /** @throws KernelPanic where rows have no place for how the code begins */
  constructor(module: WasmModule, rows: RowLayout, aheadOf?: AheadOf) {
    this.rows = rows;
    this.events = rows.layout.events;
    this.runner = new CodeRunner(module, rows);
    this.start = this.runner.start;
    this.nodes = new NodeTable(this.runner.masks);
    this.ahead = aheadOf?.(this.runner, rows) ?? null;
    this.nodes.reach(this.start, 0, NO_PARENT, 0);
    this.ahead?.reached(0, NO_PARENT, 0);
    this.second = new SecondImagesCompared((node, event, of) => this.compareFrom(node, event, of));
  }

  /** Bytes in use. */
  get bytes(): number {
    return this.nodes.bytes + this.ends.byteLength + this.told.byteLength;
  }

  get keys(): Int32Array {
    return this.nodes.keys;
  }

  get masks(): Int32Array {
    return this.nodes.masks;
  }

  /** What becomes of an event in the node of the row at an offset of `rows`. */
  step(rows: Int32Array, at: number, event: number): Done {
    const node = this.nodes.find(rows, at);
    if (node < 0) throw new Error('cannot happen: a state of the kernel to which no events are known');
    return this.stepFrom(node, event);
  }

  /** The same of a node by its number. */
  stepFrom(node: number, event: number): Done {
    const place = node * this.events.length + event;
    if (!this.isWorkedOut(node)) this.workOut(node);
    const told = this.tales.at(this.told[place] as number);
    return { at: ((this.ends[place] as number) - 1) * this.nodes.words, told };
  }

  /** The events that lead to a node. */
  wayTo(node: number): number[] {
    return this.nodes
      .wayTo(node)
      .slice(1)
      .map((at) => this.nodes.eventTo(at));
  }

  /** Why the code gave up at the last event of a trace: it has no end of it, or one that the architecture has not. */
  whyNotAfter(trace: readonly number[]): string {
    const { nodes, events } = this;
    const last = trace.at(-1) as number;
    let node = 0;
    for (const event of trace.slice(0, -1)) node = this.stepFrom(node, event).at / nodes.words;
    const { told } = this.stepFrom(node, last);
    if (told === null) return this.gaveUp.get(`${node} ${last}`) as string;
    return otherFault(events[last] as Event, told.refused);
  }

  /** Why Linux's own code has no end of an event in a node, in words. */
  whyNot(rows: Int32Array, at: number, event: number): string {
    return this.gaveUp.get(`${this.nodes.find(rows, at)} ${event}`) ?? 'cannot happen: it has one';
  }

  private isWorkedOut(node: number): boolean {
    return (this.ends[node * this.events.length] ?? UNKNOWN) !== UNKNOWN;
  }

  /** Carries out every event in a node. */
  private workOut(node: number): void {
    const { nodes, events, second, tales, ahead } = this;
    const { rows, told, why } = ahead?.outcomesOf(node, this.isSettled) ?? this.runner.from(node, nodes);
    const first = node * events.length;
    this.ends = grown(this.ends, first + events.length);
    this.told = grown(this.told, first + events.length);
    for (let e = 0; e < events.length; e++) {
      const tale = told[e] as Told | null;
      let target = node;
      if (tale === null) this.gaveUp.set(`${node} ${e}`, why[e] as string);
      else {
        const known = nodes.size;
        target = nodes.reach(rows, e * nodes.words, node, e);
        if (target === known) ahead?.reached(target, node, e);
        if (nodes.parentOf(target) !== node || nodes.eventTo(target) !== e) second.meet(target, node, e);
      }
      this.ends[first + e] = target + 1;
      this.told[first + e] = tales.numberOf(tale);
    }
    second.workedOut(node, this.isSettled);
  }

  /**
   * Carries out every event from another image of a node: that with which an event leads to it from another node.
   *
   * @returns the first event that comes to something else; null if none does
   */
  private compareFrom(node: number, event: number, of: number): number | null {
    const { events, nodes } = this;
    const { words, masks, keys } = nodes;
    const { rows, told } = this.runner.fromBehind(node, event, nodes);
    const differs = events.findIndex((_, e) => {
      const tale = told[e] as Told | null;
      const known = this.stepFrom(of, e);
      if (tale === null || known.told === null) return tale !== known.told;
      const same = masks.every((mask, w) => ((rows[e * words + w] as number) & mask) === keys[known.at + w]);
      return !same || JSON.stringify(tale) !== JSON.stringify(known.told);
    });
    return differs < 0 ? null : differs;
  }
}

/** That KVM injects #GP where the processor would not, or the reverse. */
export function otherFault(event: Event, injects: boolean): string {
  const [kvm, processor] = injects ? ['injects', 'would not'] : ['does not inject', 'would'];
  return `${formatEvent(event)}: KVM ${kvm} #GP, and the processor ${processor}`;
}
