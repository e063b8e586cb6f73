import type { Contract } from '../../spec/contracts/contract.ts';
import type { Event, Outcome } from '../../spec/events/event.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import { enterGuest } from '../../spec/kvm/enter-guest.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { KvmMachine, Machine } from '../../spec/state/machine.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import type { Root } from '../../spec/state/vcpu.ts';
import type { Here, OverriddenKernel } from '../../spec/world/world.ts';
import type { WasmModule } from '../conform/web-assembly.ts';
import type { RowLayout } from '../engine/rows/fields.ts';
import { rowLayout } from '../engine/rows/layout.ts';
import { Packer } from '../engine/views/pack.ts';
import { Unpacker } from '../engine/views/unpack.ts';
import { formatEvent } from '../trace/print.ts';
import { reducersWith } from './reducers.ts';
import { LinuxStates, otherFault } from './states.ts';
import type { HardwareFlush } from './words.ts';

/** What a vCPU still has to do when it enters its guest. */
interface Left {
  readonly root: Root | null;
  readonly flushes: readonly HardwareFlush[];
}

/** What is made of a kernel's code for plain machines. */
export interface PlainSetting {
  /** Says only how roles are made up. */
  readonly kernel: Kernel;
  readonly contract: Contract;
  readonly layout: Layout;
  /** What happens besides the events of the layout. */
  readonly events?: readonly Event[];
}

/**
 * Linux's own code as a kernel of the specification's gears, on plain machines: replays, reports and pictures have it
 * carried out as they do any other. The code runs on through the entries in one go; what is told of a handler are its
 * requests and flushes, and the state is that behind the entries.
 */
export class PlainLinux {
  readonly kernel: OverriddenKernel;
  private readonly states: LinuxStates;
  private readonly packer: Packer;
  private readonly unpacker: Unpacker;
  private readonly row: Int32Array;
  private readonly numbers: ReadonlyMap<string, number>;
  /** By vCPU: what is left to do at its entry. */
  private left: readonly Left[] = [];

  constructor(module: WasmModule, setting: PlainSetting) {
    const { kernel } = setting;
    const rows = rowsOf(setting);
    this.states = new LinuxStates(module, rows);
    this.packer = new Packer(rows.layout, rows);
    this.unpacker = new Unpacker(rows.layout, rows);
    this.row = new Int32Array(rows.words);
    this.numbers = new Map(rows.layout.events.map((event, e) => [formatEvent(event), e]));
    this.kernel = {
      ...kernel,
      reducers: reducersWith((here, event) => this.handle(here, event)),
      kvm: { enterGuest: (here: Here) => this.enter(here) },
    };
  }

  /**
   * Why the code has no end of an event in a state, or gives #GP where the processor does not, or the reverse, in words;
   * null if it has the processor's outcome.
   */
  whyNot(machine: Machine, event: Event, outcome: Outcome): string | null {
    const { told, number } = this.take(machine, event);
    if (told === null) return this.states.whyNot(this.row, 0, number);
    return told.refused === (outcome === '#GP') ? null : otherFault(event, told.refused);
  }

  /** What the code makes of an event in a state, whose row is then in `row`. */
  private take(machine: Machine, event: Event) {
    const number = this.numbers.get(formatEvent(event)) as number;
    this.packer.pack(machine, this.row);
    return { ...this.states.step(this.row, 0, number), number };
  }

  private handle({ machine, vcpu, flush }: Here, event: Event): void {
    const { states, row } = this;
    const { at, told } = this.take(machine as Machine, event);
    this.left = [];
    if (told === null || told.refused) return;
    put(machine, this.unpacker.unpack(states.keys.slice(at, at + row.length)));
    const acting = machine.vcpus.findIndex(({ mmu }) => mmu === vcpu.mmu);
    const isNow = ({ cpu, during }: HardwareFlush) => cpu === acting && during === 'handler';
    for (const { page } of told.flushes.filter(isNow)) flush({ vpid: 'vpid01', page });
    this.left = machine.vcpus.map(({ mmu }, cpu) => {
      const flushes = told.flushes.filter((each) => each.cpu === cpu && !isNow(each));
      mmu.requests = REQUESTS.filter((_, i) => ((told.raised[cpu] as number) >>> i) & 1);
      const { root } = mmu;
      // Without a request it is for want of a root that a vCPU has something to do.
      if (flushes.length > 0 && mmu.requests.length === 0) mmu.root = null;
      return { root, flushes };
    });
  }

  private enter(here: Here): void {
    const { machine, vcpu, flush } = here;
    // The machine at the start, which has never entered its guest: it is the code's too.
    if (vcpu.mmu.hardwareCr3 === null) {
      enterGuest.original(here);
      return;
    }
    const cpu = machine.vcpus.findIndex(({ mmu }) => mmu === vcpu.mmu);
    const left = this.left[cpu] as Left;
    vcpu.mmu.requests = [];
    vcpu.mmu.root = left.root;
    for (const { page } of left.flushes) flush({ vpid: 'vpid01', page });
  }
}

function rowsOf({ kernel, contract, layout, events = [] }: PlainSetting): RowLayout {
  const texts = new Set(layout.events.map(formatEvent));
  const others = new Map(events.map((event) => [formatEvent(event), event]));
  for (const text of texts) others.delete(text);
  const all: Layout = { ...layout, events: [...layout.events, ...others.values()] };
  const { smepRole } = kernel;
  const options = { tlbs: 'apart', loadedApart: true, strayRoots: true, smepRole } as const;
  return rowLayout(all, contract, options);
}

/** Makes all of a machine but its TLBs that of another. */
function put(machine: KvmMachine, { memory, shadow, writable, vcpus }: Machine): void {
  for (const [name, page] of Object.entries(memory))
    (machine.memory[name] as typeof page).entries = [...page.entries];
  for (const id of Object.keys(machine.shadow)) delete machine.shadow[id];
  Object.assign(machine.shadow, shadow);
  Object.assign(machine.writable, writable);
  for (const [cpu, { guest, mmu }] of vcpus.entries()) {
    const to = machine.vcpus[cpu] as (typeof machine.vcpus)[number];
    Object.assign(to.guest, guest);
    Object.assign(to.mmu, { root: mmu.root, prevRoots: mmu.prevRoots, hardwareCr3: mmu.hardwareCr3 });
  }
}
