import { fillsThrough, guestFills } from '../../../spec/architecture/guest-tlb.ts';
import { hardwareFills } from '../../../spec/architecture/hardware-tlb.ts';
import type { KvmFunctionName } from '../../../spec/define/kvm-functions.ts';
import type { Event } from '../../../spec/events/event.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Frame } from '../../../spec/state/names.ts';
import { type Cr3, sameCr3 } from '../../../spec/state/registers.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';
import { type TlbEntry, VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import type { TlbEffect } from '../../../spec/state/tlb-effects.ts';
import { type KvmVcpu, type Vcpu, vpidInUse } from '../../../spec/state/vcpu.ts';
import { WORK_NAMES } from '../../../spec/state/work.ts';
import { enter } from '../../../spec/step/enter.ts';
import { handle, sees } from '../../../spec/step/exit.ts';
import type { TlbPort } from '../../../spec/step/tlb-port.ts';
import type { Processor, World } from '../../../spec/world/world.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import { fillProgram, neverProgram, programOf, type Taker } from '../facts/fact-program.ts';
import { Allocator } from '../rows/allocate.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import { EngineError } from '../views/engine-error.ts';
import { MachineView } from '../views/machine.ts';
import { Recorder } from '../views/recorder.ts';
import { Effects, FLAG, type Told } from './effects.ts';
import { type DecisionFields, decisionFields, kernelView, putDecisions } from './kernel-view.ts';
import { NOTE_WORDS, noteOfFunction, noteOfRequest } from './notes.ts';
import { refillProgram } from './refills.ts';
import { clearsInRow, hardwareTlbsView, setsInRow } from './tlbs-in-rows.ts';
import { Trees } from './trees.ts';

/** Sets of requests that may be pending when a vCPU enters its guest. */
export const REQUEST_SETS = 2 ** REQUESTS.length;

/** What is done of TLBs while a piece of work runs. */
interface TlbChanges {
  readonly program: number[];
  readonly dropped: Map<number, number>;
  exchanging: number;
}

/**
 * The parts of a step as pieces of work on rows: the handler of each event, the entry of each vCPU with each set of
 * pending requests, and how TLBs take in what they may. Each is the spec's own recipe, carried out once for each
 * different thing that it reads.
 *
 * A row is here the words of a state, a word of pending requests for each vCPU, and, where decisions are read like
 * fields, those of the kernel.
 */
export class Stages {
  /** Handlers by event, then entries by vCPU and pending requests. */
  readonly works: Trees;
  readonly effects: Effects;
  /** By vCPU: what its TLBs take in. */
  readonly fills: Trees;
  readonly fillEffects: Effects;
  /** By event: which of `seen` the processor may read. */
  private readonly sights: Trees;
  private readonly seen: (readonly Frame[])[] = [];
  /** Words of a row with all that a piece of work reads. */
  readonly rowWords: number;
  /** Words that the effects of handlers and entries change. */
  readonly stepWords: number;
  /** What was exercised, one bit a note. */
  readonly noted = new Int32Array(NOTE_WORDS);
  private readonly world: World;
  private readonly rows: RowLayout;
  private readonly facts: FactLayout | null;
  private readonly recorder: Recorder;
  private readonly view: MachineView;
  private readonly decisions: DecisionFields | null;
  private readonly notes = new Int32Array(NOTE_WORDS);
  /** Which trees have which effects, as one number each. */
  private readonly ofTrees = new Set<number>();

  constructor(world: World, rows: RowLayout, facts: FactLayout | null, readsDecisions: boolean) {
    const { layout } = world;
    this.rows = rows;
    this.facts = facts;
    const scratch = new Allocator(rows.words);
    const requests = rows.vcpus.map(({ cpu }) => scratch.bits(`cpu ${cpu} requests`, 32));
    this.stepWords = rows.words + scratch.words;
    const beyond = new Allocator(this.stepWords);
    this.decisions = readsDecisions ? decisionFields(beyond) : null;
    this.rowWords = this.stepWords + beyond.words;
    this.recorder = new Recorder(this.rowWords);
    const note = (number: number) => {
      (this.notes[number >>> 5] as number) |= 1 << (number & 31);
    };
    const raised = (request: number) => note(noteOfRequest(request));
    this.view = new MachineView(this.recorder, layout, rows, requests, raised);
    const kept = this.decisions && { fields: this.decisions, recorder: this.recorder };
    this.world = { ...world, kernel: kernelView(world.kernel, note, kept) };
    this.works = new Trees(layout.events.length + rows.vcpus.length * REQUEST_SETS);
    this.effects = new Effects(this.stepWords);
    this.fills = new Trees(rows.vcpus.length);
    this.fillEffects = new Effects(rows.words);
    this.sights = new Trees(layout.events.length);
  }

  /** Writes the decisions of a kernel behind a row, if they are read like fields. */
  putKernel(row: Int32Array, kernel: Kernel): void {
    if (this.decisions !== null) putDecisions(this.decisions, kernel, row);
  }

  /** Carries out a handler or an entry on a row, and adds what it does to the tree; the number of its effect. */
  work(tree: number, row: Int32Array): number {
    const { layout } = this.world;
    const event = layout.events[tree];
    const { cpu, run, name } = event === undefined ? this.entryOf(tree) : this.handlerOf(event);
    const { recorder, view, rows } = this;
    recorder.begin(row);
    // A handler begins with no request pending on any vCPU, an entry with the set that its tree is for.
    if (event === undefined) recorder.know(rows.words + cpu, (tree - layout.events.length) % REQUEST_SETS);
    else for (const vcpu of rows.vcpus) recorder.know(rows.words + vcpu.cpu, 0);
    view.begin();
    this.notes.fill(0);
    const changes: TlbChanges = { program: [], dropped: new Map(), exchanging: 0 };
    const refused = run(this.portTo(changes));
    view.commit();
    const counted = view.machine.work;
    const told: Told = {
      refused,
      work: WORK_NAMES.map((what) => counted[what]),
      notes: [...this.notes],
    };
    const effect = this.effects.numberOf(
      recorder,
      told,
      changes.program,
      changes.dropped,
      changes.exchanging,
    );
    this.addTo(this.works, tree, effect, name);
    // Other work may have come to the same before, and been found to do so again; of this, nothing is known yet.
    const ofTree = tree * 2 ** 32 + effect;
    if (!this.ofTrees.has(ofTree)) {
      this.ofTrees.add(ofTree);
      (this.effects.words[effect] as number) &= ~FLAG.checked;
    }
    for (const [i, word] of this.notes.entries()) (this.noted[i] as number) |= word;
    return effect;
  }

  /** Carries out again what led to an effect, which must be the same. @throws EngineError if it is not */
  check(tree: number, row: Int32Array, effect: number): void {
    const { events } = this.world.layout;
    const found = this.work(tree, row);
    if (found !== effect) throw this.noFunction(nameOf(events[tree]), 'does something else');
    (this.effects.words[effect] as number) |= FLAG.checked;
  }

  /** Works out what the TLBs of a vCPU may take in, and adds it to the tree; the number of its effect. */
  fill(cpu: number, row: Int32Array): number {
    const { recorder, view, rows, facts, world } = this;
    recorder.begin(row);
    view.begin();
    const processor = this.processorAt(cpu, (vpid) => this.loadedOf(cpu, vpid));
    const { vcpu } = processor;
    const inUse = vpidInUse(vcpu.guest);
    const program: number[] = [];
    const take = (
      into: Taker,
      entries: readonly TlbEntry[],
      through: Parameters<typeof fillProgram>[4] = null,
    ) => {
      if (facts !== null) program.push(...fillProgram(facts, cpu, into, entries, through));
      for (const [word, bits] of setsInRow(rows, cpu, into.vpid, into.what, entries))
        recorder.writeBits(word, bits, bits);
    };
    take({ vpid: inUse, what: 'hardware' }, hardwareFills(processor));
    for (const vpid of VPIDS) {
      const into: Taker = { vpid, what: 'guest' };
      const through = (loaded: readonly Cr3[]) => {
        const processorWith = this.processorAt(cpu, () => loaded);
        return guestFills(processorWith, vpid);
      };
      if (facts === null) {
        take(into, through([]));
        program.push(...refillProgram(rows, cpu, vpid, through));
        continue;
      }
      if (!rows.loadedApart) {
        take(into, guestFills(processor, vpid));
        continue;
      }
      const { cr4, cr3 } = vcpu.guest;
      world.layout.spaces.forEach((name, space) => {
        for (const low of world.layout.pcids) {
          const loaded = { space: name, low };
          if (cr4.pcide) take(into, fillsThrough(processor, loaded), { space, low });
          else if (vpid === inUse && sameCr3(loaded, cr3)) take(into, fillsThrough(processor, loaded));
          else program.push(...neverProgram(facts, cpu, vpid, { space, low }));
        }
      });
    }
    const told = { refused: false, work: [], notes: [] };
    const effect = this.fillEffects.numberOf(recorder, told, program, new Map());
    this.addTo(this.fills, cpu, effect, `what TLBs take in`);
    return effect;
  }

  /** The frames that the processor may read in carrying out an event whose handler has left a row. */
  sees(event: number, row: Int32Array): readonly Frame[] {
    const known = this.sights.find(event, row);
    if (known > 0) return this.seen[known - 1] as readonly Frame[];
    const { recorder, view, world, rows } = this;
    recorder.begin(row);
    view.begin();
    const machine = {
      ...view.machine,
      vcpus: view.machine.vcpus.map(({ guest, mmu, entryFails }, cpu) => ({
        guest,
        mmu,
        entryFails,
        tlbs: hardwareTlbsView(recorder, rows, cpu),
      })),
    };
    const frames = sees(world, machine as unknown as Machine, world.layout.events[event] as Event);
    const number = this.seen.findIndex((each) => each.join() === frames.join()) + 1 || this.seen.push(frames);
    this.addTo(this.sights, event, number, 'what the processor reads');
    return frames;
  }

  private addTo(trees: Trees, tree: number, effect: number, name: string): void {
    const misfit = trees.add(tree, this.recorder, effect);
    if (misfit !== null) throw this.noFunction(name, misfit);
  }

  /** The error for work that reads or does something else although all that it read before was the same. */
  private noFunction(name: string, how: string): EngineError {
    const own = Object.keys(this.world.kernel.kvm ?? {}) as KvmFunctionName[];
    const called = own.filter((each) => {
      const note = noteOfFunction(each);
      return ((this.notes[note >>> 5] as number) >>> (note & 31)) & 1;
    });
    const blamed =
      called.length === 0 ? name : `${called.map((each) => `${each}()`).join(', ')}, called by ${name},`;
    return new EngineError(`${blamed} is no function of the state: carried out again, it ${how}`);
  }

  private handlerOf(event: Event) {
    const { world, view } = this;
    const machine = view.machine as unknown as Machine;
    return {
      cpu: event.cpu,
      name: nameOf(event),
      run: (port: TlbPort) => handle(world, machine, event, port) === '#GP',
    };
  }

  private entryOf(tree: number) {
    const { world, view } = this;
    const cpu = Math.floor((tree - world.layout.events.length) / REQUEST_SETS);
    const machine = view.machine as unknown as Machine;
    return {
      cpu,
      name: nameOf(undefined),
      run: (port: TlbPort) => {
        enter(world, machine, machine.vcpus[cpu] as Vcpu, port);
        return false;
      },
    };
  }

  /** Takes in what becomes of TLBs. */
  private portTo(changes: TlbChanges): TlbPort {
    const { facts, rows, view } = this;
    return (vcpu, effect) => {
      const cpu = view.machine.vcpus.indexOf(vcpu);
      if (facts !== null) changes.program.push(...programOf(facts, cpu, effect, this.world.layout.spaces));
      if (effect.on === 'refills') return this.changeRefills(cpu, effect);
      if (effect.on === 'cpus') {
        if (changes.exchanging > 0)
          throw new EngineError('a vCPU that goes to another CPU twice in one step');
        changes.exchanging = cpu + 1;
        return;
      }
      if (changes.exchanging > 0) throw new EngineError('a TLB that is emptied on another CPU');
      if ('takes' in effect) {
        for (const [word, bits] of setsInRow(rows, cpu, effect.vpid, 'guest', effect.takes))
          this.recorder.writeBits(word, bits, bits);
        return;
      }
      for (const [word, bits] of clearsInRow(rows, cpu, effect))
        changes.dropped.set(word, (changes.dropped.get(word) ?? 0) | bits);
    };
  }

  /** The CR3 values through which the guest's TLB may fill are of the row, wherever TLBs are. */
  private changeRefills(cpu: number, effect: Extract<TlbEffect, { readonly on: 'refills' }>): void {
    const { recorder, world, rows } = this;
    const { slots } = (rows.vcpus[cpu] as RowLayout['vcpus'][number]).vpids[effect.vpid].loaded;
    const { spaces } = world.layout;
    const put = (slot: Field | undefined, space: number, is: boolean) => {
      if (slot === undefined || space < 0)
        throw new EngineError('a CR3 value that this layout has no place for');
      if (slot.bits === 0) return;
      const bit = 1 << (slot.shift + space);
      recorder.writeBits(slot.word, bit, is ? bit : 0);
    };
    if ('begins' in effect) {
      const { space, low } = effect.begins;
      put(slots[low]?.[0], spaces.indexOf(space), true);
      return;
    }
    slots.forEach(([slot], low) => {
      spaces.forEach((space, i) => {
        if (effect.ends({ space, low })) put(slot, i, false);
      });
    });
  }

  /** A processor with the CR3 values that its vCPU has loaded, and nothing else of what is cached. */
  private processorAt(cpu: number, loadedIn: (vpid: Vpid) => readonly Cr3[]): Processor {
    const { world, view } = this;
    const { guest, mmu } = view.machine.vcpus[cpu] as KvmVcpu;
    const under = (vpid: Vpid) => ({
      get loaded() {
        return loadedIn(vpid);
      },
    });
    const vcpu = {
      guest,
      mmu,
      tlbs: { vpid01: under('vpid01'), vpid02: under('vpid02') },
    } as unknown as Vcpu;
    return { world, machine: view.machine as unknown as Machine, vcpu };
  }

  private loadedOf(cpu: number, vpid: Vpid): Cr3[] {
    const { recorder, rows, world } = this;
    const { slots } = (rows.vcpus[cpu] as RowLayout['vcpus'][number]).vpids[vpid].loaded;
    const sets = slots.map(([slot]) => recorder.read(slot as Field));
    return world.layout.spaces.flatMap((space, i) =>
      sets.flatMap((set, low) => ((set >>> i) & 1 ? [{ space, low }] : [])),
    );
  }
}

function nameOf(event: Event | undefined): string {
  return event === undefined ? 'the VM entry' : `reducer ${event.kind}`;
}
