import type { Event, WriteDir } from '../../../spec/events/event.ts';
import { CHOICES } from '../../../spec/proof/here.ts';
import {
  type Kind,
  kindsOf,
  OPERANDS,
  operandOf,
  type Transition,
  transition,
  writeDirOf,
} from '../../../spec/proof/transitions.ts';
import type { Component, Level } from '../../../spec/proof/vocabulary.ts';
import { upperEntry } from '../../../spec/reducers/write-dir.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { step } from '../../../spec/step/step.ts';
import type { World } from '../../../spec/world/world.ts';
import { coveredEvents, isCovered } from '../../../src/prove/events.ts';
import { Finite, type FiniteState, type Values } from '../../../src/prove/finite.ts';
import { type Elements, elementsOf, fixedOf, PROOF_ROLES, stateOf } from '../../../src/prove/structure.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/** How a step of the spec came out beside the relations. */
export interface Compared {
  /** `equal`, or what differs; null for an event that the relations leave out in this state. */
  readonly verdict: string | null;
  readonly after: Machine;
  /** The kind of step that it is; null for one that faults. */
  readonly kind: Kind | null;
}

interface Compiled {
  readonly kind: Kind;
  readonly guard: (values: Values) => boolean;
  readonly after: (values: Values) => FiniteState;
}

/** The relations of a world beside its specification, a step at a time. */
export class RelationsBeside {
  /** Every event that the relations know of those that a search tries or a trace may hold, stores to upper entries too. */
  readonly events: readonly Event[];
  readonly elements: Elements;
  readonly fixed: Values;
  readonly #world: World;
  readonly #compiled: readonly Compiled[];

  /** @param change makes another step of one: a fault that must be seen */
  constructor(world: World, change: (from: Transition) => Transition = (from) => from) {
    const { layout, kernel, contract } = world;
    this.#world = world;
    this.elements = elementsOf(layout);
    this.fixed = fixedOf(world, this.elements);
    const finite = new Finite(this.elements.sizes);
    this.#compiled = kindsOf(kernel, layout.levels).map((kind) => {
      const { guard, after } = change(transition(kernel, contract, kind));
      return { kind, guard: finite.formula(guard), after: finite.state(after) };
    });
    const tried = [...layout.events.filter(isCovered), ...coveredEvents(layout)];
    this.events = [...new Map(tried.map((event) => [formatEvent(event), event])).values()];
  }

  /** Compares the steps of one machine. */
  from(before: Machine): (event: Event) => Compared {
    const state = stateOf(before, this.elements);
    const given = { ...this.fixed, ...state };
    return (event) => this.#compare(before, state, given, event);
  }

  #compare(before: Machine, state: FiniteState, given: Record<string, Uint8Array>, event: Event): Compared {
    const after = copyMachine(before);
    const { outcome } = step(this.#world, after, event);
    const stateAfter = stateOf(after, this.elements);
    Object.assign(given, this.#operands(before, event));
    const kinds = this.#compiled.filter(({ kind }) => kind.event === this.#nameOf(event));
    const guesses = this.#guesses(before, after, event, state, stateAfter);
    const fits = kinds.flatMap(({ kind, guard, after: run }) => {
      const possible = guesses.filter((guess) => guard(Object.assign(given, guess)));
      return possible.length === 0 ? [] : [{ kind, possible, run }];
    });
    if (fits.length === 0) {
      if (event.kind === 'page-fault') return { verdict: null, after, kind: null };
      return { verdict: outcome === '#GP' ? 'equal' : 'no kind of step', after, kind: null };
    }
    if (outcome === '#GP') return { verdict: 'faults', after, kind: null };
    const [fit, more] = fits;
    if (fit === undefined || more !== undefined)
      return { verdict: `kinds ${fits.map(({ kind }) => kind.case).join(', ')}`, after, kind: null };
    const { Space } = this.elements.sizes;
    const expected = withoutSources(stateAfter, Space);
    const found = fit.possible.map((guess) =>
      differences(withoutSources(fit.run(Object.assign(given, guess)), Space), expected),
    );
    const least = found.reduce((best, each) => (each.length < best.length ? each : best));
    return { verdict: least.length === 0 ? 'equal' : least.join(', '), after, kind: fit.kind };
  }

  #operands(before: Machine, event: Event): Values {
    const { named, pages, frames } = this.elements;
    const { layout } = this.#world;
    const values: Record<string, number> = {};
    const put = (name: keyof typeof OPERANDS, value: number) => {
      values[OPERANDS[name].name] = value;
    };
    for (const name of Object.keys(OPERANDS) as (keyof typeof OPERANDS)[]) put(name, 0);
    put('vcpu', event.cpu);
    if ('page' in event) put('page', pages.indexOf(event.page));
    if (event.kind === 'write-pte') {
      const home = layout.homes[`${event.space}:${event.page}`];
      put('table', named.Table.indexOf(home?.page as string));
      put('index', home?.index as number);
      put('frame', frames.indexOf(event.frame));
    }
    if (event.kind === 'write-dir') {
      const { of, below } = this.#levelOf(event);
      const { page, index } = upperEntry({ world: this.#world, machine: before }, event);
      put(operandOf(of), named[of].indexOf(page));
      put('entrySlot', index);
      put('isPresent', Number(event.table !== null));
      put(operandOf(below), event.table === null ? 0 : named[below].indexOf(event.table));
    }
    if (event.kind === 'mov-cr3') {
      put('space', named.Space.indexOf(event.space));
      put('low', event.low);
    }
    if (event.kind === 'nested' && 'space' in event) put('space', named.Space.indexOf(event.space));
    if ('pcid' in event) put('low', event.pcid);
    if (event.kind === 'mov-cr4') {
      const { pcide, pge, smep } = { ...before.vcpus[event.cpu]?.guest.cr4, ...event.bits };
      put('pcideAfter', Number(pcide));
      put('pgeAfter', Number(pge));
      put('smepAfter', Number(smep));
    }
    if (event.kind === 'mov-cr0') put('wpAfter', Number(event.wp));
    return toValues(values);
  }

  /** What the step may have chosen: all of it is read off but which root was found. */
  #guesses(
    before: Machine,
    after: Machine,
    event: Event,
    state: FiniteState,
    stateAfter: FiniteState,
  ): Values[] {
    const { Space, Low, Role, Table } = this.elements.sizes;
    const roots = Space * Low * Role;
    const base = event.cpu * roots;
    const keeps = new Uint8Array(roots);
    for (let i = 0; i < roots; i++)
      keeps[i] = (stateAfter.cached[base + i] as number) | (stateAfter.zapped[base + i] as number);
    const goes = new Uint8Array(Table * Role);
    for (let i = 0; i < goes.length; i++)
      goes[i] = Number(state.shadowedTable[i] === 1 && stateAfter.shadowedTable[i] === 0);
    const read = {
      [CHOICES.keeps.name]: keeps,
      [CHOICES.goes.name]: goes,
      [CHOICES.floods.name]: this.#floods(before, event),
    };
    const lastPuts = after.work.remoteFlushes > 0 ? [0, 1] : [0];
    const found = [...state.cached.subarray(base, base + roots).entries()].flatMap(([i, is]) =>
      is ? [i] : [],
    );
    const finds = event.kind.startsWith('mov-cr') || event.kind === 'nested' ? [0, ...found] : [0];
    return lastPuts.flatMap((lastPut) =>
      finds.map((root) => ({
        ...read,
        ...toValues({
          [CHOICES.lastPut.name]: lastPut,
          [CHOICES.foundSpace.name]: Math.floor(root / (Low * Role)),
          [CHOICES.foundLow.name]: Math.floor(root / Role) % Low,
          [CHOICES.foundRole.name]: root % Role,
        }),
      })),
    );
  }

  /** By role: whether one more emulated store zaps the upper page. The count of the current root is cleared first. */
  #floods(before: Machine, event: Event): Uint8Array {
    return Uint8Array.from(PROOF_ROLES, (role) => {
      if (event.kind !== 'write-dir') return 0;
      const id = `${upperEntry({ world: this.#world, machine: before }, event).page}@${role}`;
      const isCurrent = before.vcpus[event.cpu]?.mmu.root?.page === id;
      return Number(!isCurrent && (before.shadow[id]?.writeFloodingCount ?? 0) >= 2);
    });
  }

  /** The level to whose entries a store is. */
  #levelOf({ table }: WriteDir): Level {
    const { levels, named } = this.elements;
    const isOf = ({ below }: Level) => (table === null ? below === 'Table' : named[below].includes(table));
    return levels.find(isOf) as Level;
  }

  #nameOf(event: Event): string {
    return event.kind === 'write-dir' ? writeDirOf(this.#levelOf(event)) : nameOf(event);
  }
}

function nameOf(event: Event): string {
  if (event.kind === 'write-pte') return event.emulated ? 'write-pte emulated' : 'write-pte';
  if (event.kind === 'mov-cr3') return event.noflush ? 'mov-cr3 noflush' : 'mov-cr3';
  if (event.kind === 'nested') return `nested ${event.action}`;
  if (event.kind === 'invpcid') return `invpcid ${event.type}`;
  return event.kind === 'host' ? `host ${event.action}` : event.kind;
}

function toValues(numbers: Readonly<Record<string, number>>): Record<string, Uint8Array> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, Uint8Array.of(value)]));
}

/** The parts in which two states differ; what an entry that is not present leads to is none. */
function differences(one: FiniteState, other: FiniteState): string[] {
  /** Where an entry is there at all. */
  const isThere = (name: Component): Uint8Array | undefined =>
    /^(entry|link)[A-Z]/.test(name)
      ? one[name.replace('entry', 'present').replace('link', 'linked') as Component]
      : undefined;
  return (Object.keys(one) as Component[]).filter((name) =>
    one[name].some((value, i) => value !== other[name][i] && isThere(name)?.[i] !== 0),
  );
}

/** A state as a machine has it, which does not say from which of so many spaces hardware was filled. */
export function withoutSources(state: FiniteState, spaces: number): FiniteState {
  const anySpace = (held: Uint8Array) => {
    const entries = new Uint8Array(held.length / spaces);
    for (const [i, is] of held.entries()) if (is === 1) entries[Math.floor(i / spaces)] = 1;
    return entries;
  };
  return { ...state, hardwareTlb: anySpace(state.hardwareTlb), awayTlb: anySpace(state.awayTlb) };
}
