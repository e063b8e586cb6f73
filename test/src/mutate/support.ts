import { readFileSync } from 'node:fs';
import { DECISION_NAMES, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { formatScope, type Scope } from '../../../src/check/scopes.ts';
import type { MutantProof } from '../../../src/mutate/prove-mutant.ts';
import { EXPLAINED } from '../../../src/mutate/reasons.ts';
import { formatMutantProof } from '../../../src/report/mutate.ts';
import { writePins } from '../../pins.ts';
import { vtlb } from '../../run-vtlb.ts';

const FILE = new URL('./manifest.json', import.meta.url);
const PROOFS = new URL('./proofs.json', import.meta.url);

/** What the manifest pins of a mutant. */
interface Pinned {
  readonly needed: boolean | null;
  readonly cost: string;
  /** Of one that is needed: what breaks, after how many events, where. */
  readonly breaks?: { readonly property: string; readonly events: number; readonly on: string };
  /** Of another: by layout, what was explored, or that the decision is not consulted there. */
  readonly explored?: Readonly<Record<string, string>>;
}

/** What `vtlb mutate` must find, by layout and by decision and value. */
export interface Manifest {
  readonly kernel: Readonly<Record<string, string>>;
  readonly mutants: { readonly [D in DecisionName]?: Readonly<Record<string, Pinned>> };
}

/** By decision and value: what `vtlb mutate --prove` must say of it, for any number of everything. */
export type Proofs = Readonly<Record<string, string>>;

interface Layout extends Scope {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly consulted: boolean;
}

interface Mutant {
  readonly decision: DecisionName;
  readonly to: string;
  readonly needed: boolean | null;
  readonly cost: string;
  readonly property: string | null;
  readonly trace: readonly string[] | null;
  readonly layouts: readonly [Layout, ...Layout[]];
  readonly proof: MutantProof;
}

export function readManifest(): Manifest {
  return JSON.parse(readFileSync(FILE, 'utf8'));
}

export function writeManifest(manifest: Manifest): void {
  writePins(FILE, manifest);
}

export function readProofs(): Proofs {
  return JSON.parse(readFileSync(PROOFS, 'utf8'));
}

export function writeProofs(proofs: Proofs): void {
  writePins(PROOFS, proofs);
}

/** Runs the command on the kernel that is explained; what it found, as the two files have it. */
export function explore(): { readonly manifest: Manifest; readonly proofs: Proofs } {
  const { kernel, contract } = EXPLAINED;
  const { status, stdout, stderr } = vtlb([
    'mutate',
    '--kernel',
    kernel,
    '--contract',
    contract,
    '--prove',
    '--json',
  ]);
  if (status !== 0) throw new Error(`vtlb mutate ended with ${status}: ${stderr}`);
  const { base, mutants } = JSON.parse(stdout) as { base: Layout[]; mutants: Mutant[] };
  const manifest = {
    kernel: Object.fromEntries(base.map((layout) => [formatScope(layout), countsOf(layout)])),
    mutants: Object.fromEntries(
      DECISION_NAMES.map((decision) => [
        decision,
        Object.fromEntries(
          mutants.filter((each) => each.decision === decision).map((each) => [each.to, pinnedOf(each)]),
        ),
      ]),
    ),
  };
  const proofs = mutants.map(
    ({ decision, to, proof }) => [`${decision}=${to}`, formatMutantProof(proof)] as const,
  );
  return { manifest, proofs: Object.fromEntries(proofs) };
}

function pinnedOf({ needed, cost, property, trace, layouts }: Mutant): Pinned {
  if (property !== null && trace !== null)
    return { needed, cost, breaks: { property, events: trace.length, on: formatScope(layouts[0]) } };
  return {
    needed,
    cost,
    explored: Object.fromEntries(
      layouts.map((layout) => [formatScope(layout), layout.consulted ? countsOf(layout) : 'not consulted']),
    ),
  };
}

function countsOf({ states, transitions, depth }: Layout): string {
  return `${states} states, ${transitions} transitions, depth ${depth}`;
}
