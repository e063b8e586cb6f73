import type { Event } from '../events/event.ts';
import type { PageName } from '../state/names.ts';
import type { Cr3 } from '../state/registers.ts';
import type { Request } from '../state/requests.ts';
import type { Tlb } from '../state/tlb.ts';
import type { HardwareCr3, Root } from '../state/vcpu.ts';
import type { Entry } from '../state/walk.ts';

/** What a field of each sort holds. Whatever keeps, renames or words the state has a case for each of them. */
export interface Sorts {
  flag: boolean;
  count: number;
  cr3: Cr3;
  root: Root | null;
  'root slots': (Root | null)[];
  'hardware CR3': HardwareCr3 | null;
  /** Pending requests: none while the guest runs, so that no state has any. */
  requests: Request[];
  tlb: Tlb;
  'CR3 values': readonly Cr3[];
  /** The entries of a page. */
  entries: Entry[];
  /** A flag for each entry of a page. */
  'entry flags': boolean[];
  /** A flag for each of the guest's page-table pages. */
  'page flags': Record<PageName, boolean>;
}

/** What decides whether a field ever changes. */
export interface Where {
  /** All that may happen. */
  readonly events: readonly Event[];
  /** Of a field of a page, or of a flag of one: the level at which it is walked, and whether some event stores to it. */
  readonly level: number;
  readonly isStored: boolean;
}

/** What is said when a flag is set, and when it is cleared. */
export type Turns = readonly [set: string, cleared: string];

/** A field of the state. */
export interface Sort<K extends keyof Sorts> {
  readonly kind: K;
  /** How people name it. What belongs to a page is named after that. */
  readonly called: string;
  /** Of flags; without it, the values of one are told as 0 and 1. */
  readonly turns?: Turns;
  /** Of a count: how many bits hold it. */
  readonly bits?: number;
  /** Where it may change; by default everywhere. */
  readonly changes?: (where: Where) => boolean;
  /** Of a flag: what it is where it never changes; false by default. */
  readonly otherwise?: boolean;
}

/** What neither an event nor a step changes, or is no part of the state. */
export interface Fixed {
  readonly kind: 'fixed';
}

/** Fields that are edited one by one. */
export interface Parts<F> {
  readonly kind: 'parts';
  readonly of: F;
}

/** Flags that are replaced together and never edited. */
export interface Register<F> {
  readonly kind: 'register';
  readonly of: F;
}

/** The same for each vCPU, for each VPID, or for each page by name. */
export interface Each<F> {
  readonly kind: 'by vcpu' | 'by vpid' | 'by page';
  readonly of: F;
}

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;

type SortHolding<V> = { [K in keyof Sorts]: Same<V, Sorts[K]> extends true ? Sort<K> : never }[keyof Sorts];

type Held<V> = V extends readonly (infer W)[] | Readonly<Record<string, infer W>> ? W : never;

type Described<V> = [SortHolding<V>] extends [never]
  ? Parts<Schema<V>> | Register<Schema<V>> | Each<Schema<Held<V>>>
  : SortHolding<V>;

/** A description of every field of a part of the state: one that is left out is an error of types. */
export type Schema<T> = { readonly [F in keyof T]-?: Fixed | Described<T[F]> };

/** Whether a field ever changes where it lies. */
export function mayChange({ changes }: Pick<Sort<keyof Sorts>, 'changes'>, where: Partial<Where>): boolean {
  return changes?.({ events: [], level: 0, isStored: false, ...where }) ?? true;
}

/** Any description of a field. */
export type AnySort =
  | { readonly [K in keyof Sorts]: Sort<K> }[keyof Sorts]
  | Fixed
  | Parts<AnySchema>
  | Register<AnySchema>
  | Each<AnySchema>;

/** Any schema, for what goes through its fields. */
export interface AnySchema {
  readonly [field: string]: AnySort;
}

/** What is said of a field besides its sort and name. */
export type Said<K extends keyof Sorts> = Omit<Sort<K>, 'kind' | 'called'>;

/** A field of a sort. */
export function field<K extends keyof Sorts>(kind: K, called: string, said: Said<K> = {}): Sort<K> {
  return { kind, called, ...said };
}

/** Fields that are edited one by one. */
export function parts<F>(of: F): Parts<F> {
  return { kind: 'parts', of };
}

/** Flags of a register. */
export function register<F>(of: F): Register<F> {
  return { kind: 'register', of };
}

/** The same fields for each of something. */
export function each<F>(kind: Each<F>['kind'], of: F): Each<F> {
  return { kind, of };
}
