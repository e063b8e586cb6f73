import type { Event, EventKind } from '../events/event.ts';
import type { KvmMachine, Machine } from '../state/machine.ts';
import type { Frame, Pcid, VirtualPage } from '../state/names.ts';
import type { ShadowPageId } from '../state/shadow.ts';
import type { Vpid } from '../state/tlb.ts';
import type { Exit } from '../step/exit.ts';
import type { World } from '../world/world.ts';

/** A step as a property sees it: both ends, and what lay between. */
export interface Step<M extends KvmMachine = Machine> {
  readonly before: M;
  readonly event: Event;
  readonly exit: Pick<Exit, 'outcome' | 'requests'>;
  readonly after: M;
}

/** What step rules ask of an event: little, so that they say the same of many. */
export interface EventHead {
  readonly kind: EventKind;
  readonly cpu: number;
  /** Of a MOV to CR3. */
  readonly noflush?: boolean | undefined;
  /** Of an INVPCID. */
  readonly type?: string | undefined;
  /** Of a nested VM entry. */
  readonly fails?: boolean | undefined;
}

/** A step as its rules see it: without TLBs. */
export interface SeenStep extends Omit<Step<KvmMachine>, 'event'> {
  readonly event: EventHead;
}

/** A root slot of a vCPU: 0 is the current root, n is prev_roots[n-1]. */
export interface RootSlot {
  readonly cpu: number;
  readonly slot: number;
}

/** What a rule may be asked of, one after the other. */
export interface Subjects {
  /** By number. */
  readonly vcpu: number;
  readonly 'root slot': RootSlot;
  /** Those that exist. */
  readonly 'shadow page': ShadowPageId;
}

/** The name of what a rule is asked of. */
export type Each = keyof Subjects;

/**
 * One translation that TLBs of a vCPU may hold, and which of them do: the guest's under its PCID, or as a global
 * one, and the hardware's. Whatever is said of TLBs is said of one such translation: no two are ever compared.
 */
export interface Held {
  readonly cpu: number;
  readonly pcid: Pcid;
  readonly page: VirtualPage;
  readonly frame: Frame;
  readonly by: Readonly<Record<Vpid, { guest: boolean; global: boolean; hardware: boolean; away: boolean }>>;
}

/** Says what is wrong with a part of a state, of each subject by itself; null if nothing. */
export interface StateRule<E extends Each = Each> {
  readonly on: 'state';
  readonly each: E;
  readonly wrong: (world: World, machine: KvmMachine, subject: Subjects[E]) => string | null;
}

/** The same, of each subject and each translation. */
export interface EntryRule<E extends Each = Each> {
  readonly on: 'entry';
  readonly each: E;
  readonly wrong: (world: World, machine: KvmMachine, subject: Subjects[E], held: Held) => string | null;
}

/** Says what is wrong with a step. */
export interface StepRule {
  readonly on: 'step';
  readonly wrong: (world: World, step: SeenStep) => string | null;
}

/** The same, of each translation, held by what it was held by both before and after the step. */
export interface StepEntryRule {
  readonly on: 'step entry';
  readonly wrong: (world: World, step: SeenStep, left: Held) => string | null;
}

/** One of the ways to break a property, or to witness one. */
export type Rule = { readonly [E in Each]: StateRule<E> | EntryRule<E> }[Each] | StepRule | StepEntryRule;

/** Something about states or steps, by its rules: what each of them finds. */
export interface Property {
  readonly name: string;
  readonly doc: string;
  readonly rules: readonly Rule[];
}
