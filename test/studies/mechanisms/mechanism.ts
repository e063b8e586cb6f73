import type { Event } from '../../../spec/events/event.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import type { WholeStates } from '../whole-states.ts';
import { type Used, usedIn } from './armed.ts';

/**
 * A mechanism: how a step arms a translation, in words such as `invlpg keeps, the active PCID`.
 *
 * First what happens. `keeps`: the guest's TLB gives the translation up and KVM does not. `fills`: KVM takes
 * it in and the guest's TLB does not, because the shadow page is filled through another context. `exposes`:
 * KVM had it where no guest could use it, and now one can. Then whose it is: of the PCID that is active, of
 * another one, or of another vCPU.
 */
export type Mechanism = string;

/** What KVM would use in a state, each as a number, and what of it is armed. */
interface Looked {
  readonly used: ReadonlySet<number>;
  readonly armed: readonly number[];
}

/** Tells by which mechanisms steps arm translations. */
export class Mechanisms {
  readonly #states: WholeStates;
  /** By number: what KVM would use in some state. */
  readonly #translations: Used[] = [];
  readonly #numbers = new Map<string, number>();
  /** By state. */
  readonly #looked = new Map<string, Looked>();
  #row = new Int32Array(0);
  #before: Looked = { used: new Set(), armed: [] };

  constructor(states: WholeStates) {
    this.#states = states;
  }

  /** Takes the state in the first words of a row as the one before the next steps. */
  before(row: Int32Array): void {
    this.#row = row.slice(0, this.#states.rows.words);
    this.#before = this.#look(row);
  }

  /** The mechanisms by which an event, which led to the state in a row, armed something. */
  after(row: Int32Array, number: number): Set<Mechanism> {
    const armed = this.#look(row).armed.filter((each) => !this.#before.armed.includes(each));
    if (armed.length === 0) return new Set();
    const event = this.#states.world.layout.events[number] as Event;
    const machine = this.#states.machineOf(this.#row);
    return new Set(armed.map((each) => this.#name(machine, event, each)));
  }

  #look(row: Int32Array): Looked {
    const key = row.subarray(0, this.#states.rows.words).join();
    const known = this.#looked.get(key);
    if (known !== undefined) return known;
    const all = usedIn(this.#states.world, this.#states.machineOf(row));
    const looked = {
      used: new Set(all.map((each) => this.#numberOf(each))),
      armed: all.filter(({ armed }) => armed).map((each) => this.#numberOf(each)),
    };
    this.#looked.set(key, looked);
    return looked;
  }

  #numberOf(used: Used): number {
    const { cpu, pgd, page, frame } = used;
    const name = [cpu, pgd.space, pgd.low, page, frame].join();
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    this.#numbers.set(name, this.#translations.length);
    return this.#translations.push(used) - 1;
  }

  #name(before: Machine, event: Event, armed: number): Mechanism {
    const { cpu, pgd } = this.#translations[armed] as Used;
    const acting = before.vcpus[event.cpu] as Vcpu;
    const kept = this.#before.used.has(armed);
    const filled = event.kind === 'access' || event.kind === 'invlpg' || event.kind === 'invpcid';
    const how = kept ? 'keeps' : filled || event.kind === 'mov-cr3' ? 'fills' : 'exposes';
    const isActive = pgd.low === acting.guest.cr3.low;
    const whose = cpu !== event.cpu ? 'another vCPU' : isActive ? 'the active PCID' : 'another PCID';
    return `${operationOf(acting, event)} ${how}, ${whose}`;
  }
}

function operationOf({ guest }: Vcpu, event: Event): string {
  if (event.kind === 'invpcid') return `invpcid ${event.type}`;
  if (event.kind === 'mov-cr3') return event.noflush ? 'mov-cr3 noflush' : 'mov-cr3';
  if (event.kind !== 'mov-cr4') return event.kind;
  const changed = (['pcide', 'pge', 'smep'] as const).filter(
    (bit) => event.bits[bit] !== undefined && event.bits[bit] !== guest.cr4[bit],
  );
  return ['mov-cr4', ...changed].join(' ');
}
