import { createHash } from 'node:crypto';
import type { Contract } from '../../spec/contracts/contract.ts';
import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { identityOf, type LinuxSource } from '../engine/data.ts';
import type { OverridesSource } from '../engine/overrides.ts';

/** One question of a sweep: a search of a layout, or a proof. */
export interface Search {
  readonly task: 'check' | 'prove';
  /** As `--kernel` takes it, or `--linux`. */
  readonly kernel: string;
  readonly linux: boolean;
  /** The decisions that the command line changes, in the order of their names. */
  readonly set: Readonly<Record<string, string>>;
  readonly contract: ContractName;
  /** All null for a proof, which is of any. */
  readonly layout: LayoutName | null;
  readonly bounds: Readonly<Bounds> | null;
  /** A digest of what the names stand for: decisions, functions of a kernel file, Linux's own code. */
  readonly identity: string;
}

/** A kernel as a sweep takes it. */
export interface SweptKernel extends Pick<Search, 'kernel' | 'linux' | 'set'> {
  readonly decisions: Kernel;
  readonly overrides?: OverridesSource | undefined;
  readonly code?: LinuxSource | undefined;
}

/** Where a search looks; null for a proof. */
export type Place = { readonly layout: LayoutName; readonly bounds: Readonly<Bounds> } | null;

/** The question that a kernel is asked somewhere. */
export function searchOf(swept: SweptKernel, contractName: ContractName, place: Place): Search {
  const { kernel, linux, set, decisions, overrides, code } = swept;
  const contract: Contract = CONTRACTS[contractName];
  const identity = identityOf({
    kernel: decisions,
    contract,
    overrides,
    linux: code,
    ...(place !== null && { layout: LAYOUTS[place.layout], bounds: place.bounds }),
  });
  return {
    task: place === null ? 'prove' : 'check',
    kernel,
    linux,
    set: Object.fromEntries(Object.entries(set).sort(([a], [b]) => (a < b ? -1 : 1))),
    contract: contractName,
    layout: place?.layout ?? null,
    bounds: place?.bounds ?? null,
    identity: sha256(identity),
  };
}

/** A digest of all that decides the answer to a question: the question, and the build of vtlb that is asked. */
export function digestOf(search: Search, build: string): string {
  const { task, kernel, linux, set, contract, layout, bounds, identity } = search;
  return sha256(JSON.stringify([build, task, kernel, linux, set, contract, layout, bounds, identity]));
}

/** So many digits of a digest tell the files of a folder apart. */
const DIGITS = 16;

/** The name of the file of an answer. */
export function answerName(search: Search, build: string): string {
  return `${digestOf(search, build).slice(0, DIGITS)}.json`;
}

/** What the files of answers are called. */
export const ANSWER_NAME: RegExp = new RegExp(`^[0-9a-f]{${DIGITS}}\\.json$`);

/** A digest of a text. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
