import { hardwareWalk } from '../../spec/architecture/hardware-tlb.ts';
import type { Event } from '../../spec/events/event.ts';
import { copyMachine } from '../../spec/schema/copy.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Frame } from '../../spec/state/names.ts';
import { formatCr3 } from '../../spec/state/registers.ts';
import type { Request } from '../../spec/state/requests.ts';
import type { ShadowPage } from '../../spec/state/shadow.ts';
import type { Root, Vcpu } from '../../spec/state/vcpu.ts';
import { enter, waits } from '../../spec/step/enter.ts';
import { handle, raised, sees } from '../../spec/step/exit.ts';
import { initialMachine } from '../../spec/step/initial.ts';
import { speculate } from '../../spec/step/speculate.ts';
import type { TlbPort } from '../../spec/step/tlb-port.ts';
import type { World } from '../../spec/world/world.ts';
import { type Flushed, FlushLog } from './flushes.ts';
import { listText, ofCpu, pageKey, pageText, rootsText, showsFloods, type View } from './view.ts';

/** One step of the specification, as far as the kernel shows it too. */
export interface SpecStep {
  readonly view: View;
  /** The frames that an access may read. */
  readonly sees: readonly Frame[];
}

/** The specification's machine, observed as Linux's is. */
export class SpecMachine {
  readonly world: World;
  readonly #start: Machine;
  #machine: Machine;

  constructor(world: World) {
    this.world = world;
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
    const flushes = new FlushLog();
    const outcome = handle(world, machine, event, flushes.port);
    const frames = outcome === 'ok' ? sees(world, machine, event) : [];
    const inHandler = vcpus.map((vcpu) => flushes.take(vcpu));
    const requests = vcpus.map(raised);
    if (outcome === 'ok') this.#enterAll(event.cpu, flushes.port);
    const atEntry = vcpus.map((vcpu) => flushes.take(vcpu));
    if (outcome === 'ok') speculate(world, machine);

    const view = new Map<string, string>([['outcome', outcome]]);
    if (event.kind === 'access') view.set('read', this.#walk(event.cpu, event.page));
    this.#addVcpus(view, requests, inHandler, atEntry);
    this.#addMemory(view);
    return { view, sees: frames };
  }

  /** `enterAll` of the specification, with the flushes noted. */
  #enterAll(cpu: number, port: TlbPort): void {
    const { vcpus } = this.#machine;
    let next = vcpus[cpu];
    while (next !== undefined) {
      if (waits(next)) enter(this.world, this.#machine, next, port);
      next = vcpus.find(waits);
    }
  }

  #walk(cpu: number, page: string): string {
    const { world } = this;
    const machine = this.#machine;
    return hardwareWalk({ world, machine, vcpu: machine.vcpus[cpu] as Vcpu }, page) ?? 'fault';
  }

  #addVcpus(
    view: Map<string, string>,
    requests: readonly (readonly Request[])[],
    inHandler: readonly Flushed[],
    atEntry: readonly Flushed[],
  ): void {
    const { layout } = this.world;
    this.#machine.vcpus.forEach(({ mmu: { root, prevRoots, hardwareCr3 } }, cpu) => {
      view.set(ofCpu(layout, cpu, 'requests'), listText(requests[cpu] as readonly Request[]));
      view.set(ofCpu(layout, cpu, 'root'), rootText(root) ?? '-');
      view.set(ofCpu(layout, cpu, 'prev_roots'), rootsText(prevRoots.map(rootText)));
      view.set(ofCpu(layout, cpu, 'hardware CR3'), `${hardwareCr3?.page}|${hardwareCr3?.pcid}`);
      view.set(ofCpu(layout, cpu, 'hardware flush in handler'), flushText(inHandler[cpu] as Flushed));
      view.set(ofCpu(layout, cpu, 'hardware flush in entry'), flushText(atEntry[cpu] as Flushed));
    });
  }

  #addMemory(view: Map<string, string>): void {
    const { layout } = this.world;
    const { shadow, writable } = this.#machine;
    for (const id in shadow) {
      const sp = shadow[id] as ShadowPage;
      const entries =
        sp.level === 1 ? sp.entries : sp.entries.map((entry) => entry && (shadow[entry]?.page ?? entry));
      const floods = showsFloods(layout, sp.page) ? sp.writeFloodingCount : null;
      view.set(pageKey(sp), pageText({ ...sp, entries, floods, rootCount: this.#rootCount(id) }));
    }
    const tables = Object.keys(writable).filter((name) => writable[name]);
    view.set('writable tables', listText(tables.sort()));
  }

  #rootCount(id: string): number {
    let count = 0;
    for (const { mmu } of this.#machine.vcpus) {
      if (mmu.root?.page === id) count++;
      for (const cached of mmu.prevRoots) if (cached?.page === id) count++;
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
