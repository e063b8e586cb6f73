import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { CR4_BITS } from '../../spec/state/registers.ts';
import { type Image, KernelMachine, KernelPanic } from '../conform/kernel-machine.ts';
import { Names } from '../conform/names.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import type { KvmDone, KvmOnRows } from '../engine/memo/kvm-on-rows.ts';
import { bookkeepingOf } from '../engine/memo/node-steps.ts';
import { valueIn } from '../engine/rows/field.ts';
import type { RowLayout, VcpuFields } from '../engine/rows/fields.ts';
import { formatEvent } from '../trace/print.ts';
import { grown, NO_PARENT, NodeTable } from './node-table.ts';
import { type SecondImages, SecondImagesCompared } from './second-images.ts';
import { NoPlace, type Told, WordsToRows } from './words.ts';

/** What becomes of an event in a node: null where the code gave up, or came to what rows have no place for. */
interface Done extends KvmDone {
  readonly told: Told | null;
}

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
  private readonly layout: Layout;
  readonly rows: RowLayout;
  private readonly machine: KernelMachine;
  private readonly lift: WordsToRows;
  /** By node and event: one more than where it leads, and the number of what was told. */
  private ends = new Int32Array(1 << 12);
  private tales = new Int32Array(1 << 12);
  private readonly told: (Told | null)[] = [];
  private readonly taleNumbers = new Map<string, number>();
  private readonly gaveUp = new Map<string, string>();
  /** The images on the way to the node that was reached last. */
  private readonly way: { node: number; image: Image }[] = [];
  private readonly scratch: Int32Array;

  constructor(module: WasmModule, rows: RowLayout) {
    const { layout } = rows;
    this.layout = layout;
    this.rows = rows;
    this.machine = new KernelMachine(module, layout);
    this.lift = new WordsToRows(rows, new Names(layout));
    this.nodes = new NodeTable(
      Int32Array.from({ length: rows.words }, (_, word) => bookkeepingOf(rows, word)),
    );
    this.scratch = new Int32Array(rows.words);
    this.start = new Int32Array(rows.words);
    this.putStart();
    this.nodes.reach(this.start, 0, NO_PARENT, 0);
    this.second = new SecondImagesCompared((node, event, of) => this.compareFrom(node, event, of));
  }

  get keys(): Int32Array {
    return this.nodes.keys;
  }

  get masks(): Int32Array {
    return this.nodes.masks;
  }

  /** @throws KernelPanic where rows have no place for how the code begins */
  private putStart(): void {
    try {
      this.lift.put(this.machine.begun, this.start);
    } catch (error) {
      if (!(error instanceof NoPlace)) throw error;
      throw new KernelPanic(`before the first event: ${error.message}`);
    }
  }

  /** What becomes of an event in the node of the row at an offset of `rows`. */
  step(rows: Int32Array, at: number, event: number): Done {
    const node = this.nodes.find(rows, at);
    if (node < 0) throw new Error('cannot happen: a state of the kernel to which no events are known');
    return this.stepFrom(node, event);
  }

  /** The same of a node by its number. */
  stepFrom(node: number, event: number): Done {
    const { nodes, layout } = this;
    const place = node * layout.events.length + event;
    if ((this.ends[place] ?? UNKNOWN) === UNKNOWN) this.workOut(node);
    const told = this.told[this.tales[place] as number] as Told | null;
    return { at: ((this.ends[place] as number) - 1) * nodes.words, told };
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
    const { nodes, layout } = this;
    const last = trace.at(-1) as number;
    let node = 0;
    for (const event of trace.slice(0, -1)) node = this.stepFrom(node, event).at / nodes.words;
    const { told } = this.stepFrom(node, last);
    if (told === null) return this.gaveUp.get(`${node} ${last}`) as string;
    return otherFault(layout.events[last] as Event, told.refused);
  }

  /** Why Linux's own code has no end of an event in a node, in words. */
  whyNot(rows: Int32Array, at: number, event: number): string {
    return this.gaveUp.get(`${this.nodes.find(rows, at)} ${event}`) ?? 'cannot happen: it has one';
  }

  /** Carries out every event in a node. */
  private workOut(node: number): void {
    const { nodes, layout, machine, second } = this;
    const { events } = layout;
    const image = this.imageOf(node);
    const first = node * events.length;
    this.ends = grown(this.ends, first + events.length);
    this.tales = grown(this.tales, first + events.length);
    events.forEach((event, e) => {
      if (e > 0) machine.restore(image);
      const [told, why] = this.carryOut(nodes.keys, node * nodes.words, event);
      let target = node;
      if (why !== null) this.gaveUp.set(`${node} ${e}`, why);
      else if (told !== null) {
        target = nodes.reach(this.scratch, 0, node, e);
        if (nodes.parentOf(target) !== node || nodes.eventTo(target) !== e) second.meet(target, node, e);
      }
      this.ends[first + e] = target + 1;
      this.tales[first + e] = this.numberOf(told);
    });
    second.workedOut(node, (other) => (this.ends[other * events.length] ?? UNKNOWN) !== UNKNOWN);
  }

  /**
   * Carries out an event on the machine as it is, in a state whose row lies at an offset of `keys`; the row behind it
   * is in `scratch` then. What was told, or why there is nothing to tell.
   */
  private carryOut(keys: Int32Array, at: number, event: Event): [Told, null] | [null, string] {
    const { scratch, lift, machine, nodes } = this;
    try {
      const told = lift.put(machine.run(event), scratch);
      const why = this.misfit(keys, at, event, told);
      if (why !== null) return [null, why];
      if (told.refused && nodes.masks.some((mask, w) => ((scratch[w] as number) & mask) !== keys[at + w]))
        return [null, `${formatEvent(event)}: an event that gets #GP changes something`];
      return [told, null];
    } catch (error) {
      if (error instanceof KernelPanic) return [null, error.message];
      if (error instanceof NoPlace) return [null, `${formatEvent(event)}: ${error.message}`];
      throw error;
    }
  }

  /** The registers are the guest's: whatever KVM does, they are those that the event leaves it with. */
  private misfit(keys: Int32Array, at: number, event: Event, { refused }: Told): string | null {
    const { rows, layout, scratch } = this;
    const before = keys.subarray(at, at + rows.words);
    for (const { cpu, guest } of rows.vcpus as readonly VcpuFields[]) {
      const acts = cpu === event.cpu && !refused;
      const is = (field: (typeof guest)['cr3']['low'], set: number | undefined) =>
        valueIn(scratch, field) === ((acts ? set : undefined) ?? valueIn(before, field));
      const cr3 = event.kind === 'mov-cr3' ? event : null;
      const bits = event.kind === 'mov-cr4' ? event.bits : {};
      const wp = event.kind === 'mov-cr0' ? Number(event.wp) : undefined;
      const isSet =
        is(guest.cr3.space, cr3 === null ? undefined : layout.spaces.indexOf(cr3.space)) &&
        is(guest.cr3.low, cr3?.low) &&
        is(guest.cr0.wp, wp) &&
        CR4_BITS.every((bit) => is(guest.cr4[bit], bits[bit] === undefined ? undefined : Number(bits[bit])));
      if (!isSet) return `${formatEvent(event)}: KVM's registers of vCPU ${cpu} are not the guest's`;
    }
    return null;
  }

  /** The memory of the machine becomes, and its image is, that with which a node was first reached. */
  private imageOf(node: number): Image {
    const { nodes, machine, way, layout } = this;
    const path = nodes.wayTo(node);
    let common = 0;
    while (common < path.length && way[common]?.node === path[common]) common++;
    if (common === 0) machine.reset();
    else machine.restore((way[common - 1] as { image: Image }).image);
    for (let i = common; i < path.length; i++) {
      const at = path[i] as number;
      if (i > 0) machine.run(layout.events[nodes.eventTo(at)] as Event);
      way[i] = { node: at, image: machine.save(way[i]?.image) };
    }
    return (way[path.length - 1] as { image: Image }).image;
  }

  /**
   * Carries out every event from another image of a node: that with which an event leads to it from another node.
   *
   * @returns the first event that comes to something else; null if none does
   */
  private compareFrom(node: number, event: number, of: number): number | null {
    const { layout, machine, nodes, scratch } = this;
    this.imageOf(node);
    machine.run(layout.events[event] as Event);
    const image = machine.save();
    const differs = layout.events.findIndex((each, e) => {
      if (e > 0) machine.restore(image);
      const [told] = this.carryOut(nodes.keys, of * nodes.words, each);
      const known = this.stepFrom(of, e);
      if (told === null || known.told === null) return told !== known.told;
      const same = nodes.masks.every(
        (mask, w) => ((scratch[w] as number) & mask) === nodes.keys[known.at + w],
      );
      return !same || JSON.stringify(told) !== JSON.stringify(known.told);
    });
    return differs < 0 ? null : differs;
  }

  private numberOf(told: Told | null): number {
    const key = told === null ? '' : `${told.refused} ${told.raised} ${told.flushes.map(flushKey)}`;
    const known = this.taleNumbers.get(key);
    if (known !== undefined) return known;
    const number = this.told.push(told) - 1;
    this.taleNumbers.set(key, number);
    return number;
  }
}

/** That KVM injects #GP where the processor would not, or the reverse. */
export function otherFault(event: Event, injects: boolean): string {
  const [kvm, processor] = injects ? ['injects', 'would not'] : ['does not inject', 'would'];
  return `${formatEvent(event)}: KVM ${kvm} #GP, and the processor ${processor}`;
}

function flushKey({ cpu, during, page }: Told['flushes'][number]): string {
  return `${cpu}${during}${page}`;
}
