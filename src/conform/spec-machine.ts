import type { Event } from '../../spec/events/event.ts';
import { hardwareWalk } from '../../spec/kvm/hardware-tlb.ts';
import { initialMachine } from '../../spec/layouts/initial.ts';
import { copyMachine } from '../../spec/state/copy.ts';
import type { Machine, World } from '../../spec/state/machine.ts';
import type { Frame } from '../../spec/state/names.ts';
import { formatCr3 } from '../../spec/state/registers.ts';
import { REQUESTS, type Request } from '../../spec/state/requests.ts';
import type { ShadowPage } from '../../spec/state/shadow.ts';
import type { Root, Vcpu } from '../../spec/state/vcpu.ts';
import { enterAll } from '../../spec/step/enter.ts';
import { exit } from '../../spec/step/exit.ts';
import { speculate } from '../../spec/step/speculate.ts';
import { FlushProbe } from './probe.ts';
import { listText, ofCpu, pageKey, pageText, rootsText, showsFloods, type View } from './view.ts';

/** One step of the specification, as far as the kernel shows it too. */
export interface SpecStep {
  readonly view: View;
  /** The frames that an access may read. */
  readonly sees: readonly Frame[];
}

type Flushed = ReturnType<FlushProbe['remove']>;

/** The specification's machine, observed as the kernel's is. */
export class SpecMachine {
  readonly world: World;
  readonly #probe: FlushProbe;
  readonly #start: Machine;
  #machine: Machine;

  constructor(world: World) {
    this.world = world;
    this.#probe = new FlushProbe(world.layout);
    this.#start = initialMachine(world);
    this.#machine = copyMachine(this.#start);
  }

  /** Back to the start. */
  reset(): void {
    this.restore(this.#start);
  }

  /** A copy of the state, whose owner may change it. */
  save(): Machine {
    return copyMachine(this.#machine);
  }

  /** Goes on from a copy of this state. */
  restore(machine: Machine): void {
    this.#machine = copyMachine(machine);
  }

  /** Runs one event: exit, enter, speculate. */
  apply(event: Event): SpecStep {
    const { world } = this;
    const machine = this.#machine;
    const { vcpus } = machine;
    for (const vcpu of vcpus) this.#probe.insert(vcpu);
    const { outcome, sees } = exit(world, machine, event);
    const inHandler = vcpus.map((vcpu) => this.#probe.remove(vcpu));
    const raised = vcpus.map(({ requests }) => requests.slice());
    for (const vcpu of vcpus) this.#probe.insert(vcpu);
    if (outcome === 'ok') enterAll(world, machine, event.cpu);
    const atEntry = vcpus.map((vcpu) => this.#probe.remove(vcpu));
    if (outcome === 'ok') speculate(world, machine);

    const view = new Map<string, string>([['outcome', outcome]]);
    if (event.kind === 'access') view.set('read', this.#walk(event.cpu, event.page));
    this.#addVcpus(view, raised, inHandler, atEntry);
    this.#addMemory(view);
    return { view, sees };
  }

  #walk(cpu: number, page: string): string {
    const { world } = this;
    const machine = this.#machine;
    return hardwareWalk({ world, machine, vcpu: machine.vcpus[cpu] as Vcpu }, page) ?? 'fault';
  }

  #addVcpus(
    view: Map<string, string>,
    raised: readonly Request[][],
    inHandler: readonly Flushed[],
    atEntry: readonly Flushed[],
  ): void {
    const { layout } = this.world;
    this.#machine.vcpus.forEach(({ root, prevRoots }, cpu) => {
      const requests = raised[cpu] as Request[];
      view.set(
        ofCpu(layout, cpu, 'requests'),
        listText(REQUESTS.filter((request) => requests.includes(request))),
      );
      view.set(ofCpu(layout, cpu, 'root'), rootText(root) ?? '-');
      view.set(ofCpu(layout, cpu, 'prev_roots'), rootsText(prevRoots.map(rootText)));
      view.set(ofCpu(layout, cpu, 'hardware flush in handler'), flushText(inHandler[cpu] as Flushed));
      view.set(ofCpu(layout, cpu, 'hardware flush in entry'), flushText(atEntry[cpu] as Flushed));
    });
  }

  #addMemory(view: Map<string, string>): void {
    const { layout } = this.world;
    const { memory, shadow } = this.#machine;
    for (const id in shadow) {
      const sp = shadow[id] as ShadowPage;
      const entries =
        sp.level === 1 ? sp.entries : sp.entries.map((entry) => entry && (shadow[entry]?.page ?? entry));
      const floods = showsFloods(layout, sp.page) ? sp.writeFloodingCount : null;
      view.set(pageKey(sp), pageText({ ...sp, entries, floods, rootCount: this.#rootCount(id) }));
    }
    const writable = Object.keys(memory).filter((name) => memory[name]?.writable);
    view.set('writable tables', listText(writable.sort()));
  }

  #rootCount(id: string): number {
    let count = 0;
    for (const { root, prevRoots } of this.#machine.vcpus) {
      if (root?.page === id) count++;
      for (const cached of prevRoots) if (cached?.page === id) count++;
    }
    return count;
  }
}

function rootText(root: Root | null): string | null {
  return root === null ? null : formatCr3(root.pgd);
}

function flushText(flushed: Flushed): string {
  return flushed === 'everything' ? flushed : listText(flushed);
}
