import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import type { Core } from '../core/machine.ts';
import { valueIn } from '../core/row/field.ts';
import type { VcpuFields } from '../core/row/fields.ts';
import { Armed } from './armed.ts';

/**
 * A mechanism: how a step arms a translation, in words such as `invlpg keeps, the active PCID`.
 *
 * First what happens. `keeps`: the guest's TLB gives the translation up and KVM does not. `fills`: KVM takes
 * it in and the guest's TLB does not, because the shadow page is filled through another context. `exposes`:
 * KVM had it where no guest could use it, and now one can. Then whose it is: of the PCID that is active, of
 * another one, or of another vCPU.
 */
export type Mechanism = string;

/** Tells by which mechanisms steps arm translations. */
export class Mechanisms {
  readonly #layout: Layout;
  readonly #core: Core;
  readonly #before: Armed;
  readonly #after: Armed;
  #row: Int32Array;

  /** @param core whose row this may use; it needs no state of its own */
  constructor(layout: Layout, core: Core) {
    this.#layout = layout;
    this.#core = core;
    this.#before = new Armed(core);
    this.#after = new Armed(core);
    this.#row = new Int32Array(core.layout.words);
  }

  /** Takes the state in the first words of a row as the one before the next steps. */
  before(row: Int32Array): void {
    this.#row = row.slice(0, this.#core.layout.words);
    this.#before.look(row);
  }

  /** The mechanisms by which an event, which led to the state in a row, armed something. */
  after(row: Int32Array, event: number): Set<Mechanism> {
    const found = new Set<Mechanism>();
    this.#after.look(row);
    const { armed } = this.#after;
    for (let place = 0; place < armed.length; place++) {
      const frames = (armed[place] as number) & ~(this.#before.armed[place] as number);
      if (frames !== 0) found.add(this.#name(place, frames, this.#layout.events[event] as Event));
    }
    return found;
  }

  #name(place: number, frames: number, event: Event): Mechanism {
    const { cpu, low } = this.#before.placeOf(place);
    const acting = this.#core.layout.vcpus[event.cpu] as VcpuFields;
    const active = valueIn(this.#row, acting.cr3) >>> this.#core.layout.spaceBits;
    const kept = ((this.#before.used[place] as number) & frames) !== 0;
    const filled = event.kind === 'access' || event.kind === 'invlpg' || event.kind === 'invpcid';
    const how = kept ? 'keeps' : filled || event.kind === 'mov-cr3' ? 'fills' : 'exposes';
    const whose = cpu !== event.cpu ? 'another vCPU' : low === active ? 'the active PCID' : 'another PCID';
    return `${this.#operation(event)} ${how}, ${whose}`;
  }

  #operation(event: Event): string {
    if (event.kind === 'invpcid') return `invpcid ${event.type}`;
    if (event.kind === 'mov-cr3') return event.noflush ? 'mov-cr3 noflush' : 'mov-cr3';
    if (event.kind !== 'mov-cr4') return event.kind;
    const v = this.#core.layout.vcpus[event.cpu] as VcpuFields;
    const changed = (['pcide', 'pge', 'smep'] as const).filter(
      (bit) => event.bits[bit] !== undefined && event.bits[bit] !== (valueIn(this.#row, v[bit]) === 1),
    );
    return ['mov-cr4', ...changed].join(' ');
  }
}
