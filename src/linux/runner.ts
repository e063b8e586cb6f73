import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { CR4_BITS } from '../../spec/state/registers.ts';
import { type Image, KernelMachine, KernelPanic } from '../conform/kernel-machine.ts';
import { Names } from '../conform/names.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import { bookkeepingOf } from '../engine/memo/node-steps.ts';
import { valueIn } from '../engine/rows/field.ts';
import type { RowLayout, VcpuFields } from '../engine/rows/fields.ts';
import { formatEvent } from '../trace/print.ts';
import { NoPlace, type Told, WordsToRows } from './words.ts';

/** By which events nodes were reached first, and from which others. */
export interface Ways {
  /** The nodes on the way to a node, the first of all and itself among them. */
  readonly wayTo: (node: number) => readonly number[];
  /** The event that led from its parent to a node. */
  readonly eventTo: (node: number) => number;
}

/** What comes of every event in a node, until the next node's are asked for. */
export interface Outcomes {
  /** By event: the row behind it, of which only the bits of nodes count. */
  readonly rows: Int32Array;
  /** By event: what was told; null where the code gave up, or came to what rows have no place for. */
  readonly told: (Told | null)[];
  /** By event: why, where nothing was told. */
  readonly why: (string | null)[];
}

/** A node that the machine was brought to: its memory, and its row. */
interface Reached {
  readonly node: number;
  readonly image: Image;
  readonly row: Int32Array;
}

/** Linux's own code on a layout, brought to nodes by the events that lead there, to carry out each event in them. */
export class CodeRunner {
  /** The first row. */
  readonly start: Int32Array;
  /** By word of a row: the bits that are a node's. */
  readonly masks: Int32Array;
  private readonly layout: Layout;
  private readonly rows: RowLayout;
  private readonly machine: KernelMachine;
  private readonly lift: WordsToRows;
  /** The nodes on the way to that which was reached last. */
  private readonly way: Reached[] = [];
  private readonly outcomes: Outcomes;

  /** @throws KernelPanic where rows have no place for how the code begins */
  constructor(module: WasmModule, rows: RowLayout) {
    const { layout, words } = rows;
    const { length } = layout.events;
    this.layout = layout;
    this.rows = rows;
    this.machine = new KernelMachine(module, layout);
    this.lift = new WordsToRows(rows, new Names(layout));
    this.masks = Int32Array.from({ length: words }, (_, word) => bookkeepingOf(rows, word));
    this.start = new Int32Array(words);
    this.outcomes = {
      rows: new Int32Array(length * words),
      told: new Array(length).fill(null),
      why: new Array(length).fill(null),
    };
    try {
      this.lift.put(this.machine.begun, this.start);
    } catch (error) {
      if (!(error instanceof NoPlace)) throw error;
      throw new KernelPanic(`before the first event: ${error.message}`);
    }
  }

  /** What comes of every event in a node, from the memory with which it was reached first. */
  from(node: number, ways: Ways): Outcomes {
    return this.carryOutAll(this.bringTo(node, ways));
  }

  /** The same from another memory: that with which an event leads to a node from this one. */
  fromBehind(node: number, event: number, ways: Ways): Outcomes {
    const { machine, layout, lift } = this;
    this.bringTo(node, ways);
    const row = this.start.slice();
    lift.put(machine.run(layout.events[event] as Event), row);
    return this.carryOutAll({ image: machine.save(), row });
  }

  /** The memory of the machine becomes that with which a node was reached first. */
  private bringTo(node: number, ways: Ways): Reached {
    const { machine, way, layout, lift, start } = this;
    const path = ways.wayTo(node);
    let common = 0;
    while (common < path.length && way[common]?.node === path[common]) common++;
    if (common === 0) machine.reset();
    else machine.restore((way[common - 1] as Reached).image);
    for (let i = common; i < path.length; i++) {
      const at = path[i] as number;
      const { image: reuse, row = start.slice() } = way[i] ?? {};
      if (i > 0) lift.put(machine.run(layout.events[ways.eventTo(at)] as Event), row);
      way[i] = { node: at, image: machine.save(reuse), row };
    }
    return way[path.length - 1] as Reached;
  }

  /** Carries out every event on the machine as it is, whose image and row are these. */
  private carryOutAll({ image, row }: Pick<Reached, 'image' | 'row'>): Outcomes {
    const { machine, layout, outcomes, rows } = this;
    const { words } = rows;
    layout.events.forEach((event, e) => {
      if (e > 0) machine.restore(image);
      const behind = outcomes.rows.subarray(e * words, (e + 1) * words);
      const [told, why] = this.carryOut(row, event, behind);
      outcomes.told[e] = told;
      outcomes.why[e] = why;
    });
    return outcomes;
  }

  /** Carries out an event on the machine as it is, in the state of a row. What was told, or why there is nothing to tell. */
  private carryOut(before: Int32Array, event: Event, behind: Int32Array): [Told, null] | [null, string] {
    const { lift, machine, masks } = this;
    try {
      const told = lift.put(machine.run(event), behind);
      const why = this.misfit(before, event, behind, told);
      if (why !== null) return [null, why];
      if (
        told.refused &&
        masks.some((mask, w) => (((behind[w] as number) ^ (before[w] as number)) & mask) !== 0)
      )
        return [null, `${formatEvent(event)}: an event that gets #GP changes something`];
      return [told, null];
    } catch (error) {
      if (error instanceof KernelPanic) return [null, error.message];
      if (error instanceof NoPlace) return [null, `${formatEvent(event)}: ${error.message}`];
      throw error;
    }
  }

  /** The registers are the guest's: whatever KVM does, they are those that the event leaves it with. */
  private misfit(before: Int32Array, event: Event, behind: Int32Array, { refused }: Told): string | null {
    const { rows, layout } = this;
    for (const { cpu, guest } of rows.vcpus as readonly VcpuFields[]) {
      const acts = cpu === event.cpu && !refused;
      const is = (field: (typeof guest)['cr3']['low'], set: number | undefined) =>
        valueIn(behind, field) === ((acts ? set : undefined) ?? valueIn(before, field));
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
}
