import * as ts from 'typescript/unstable/ast';
import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../spec/kernels/decisions.ts';
import { ALSO_MODELLED, LEFT_OUT } from '../../spec/kernels/functions.ts';
import { kernelNamesIn } from './kernel-names.ts';
import { readUnits, type Unit } from './units.ts';

/** Which parts of the specification stand for which of KVM's functions, and which decisions they ask. */
export class KernelIndex {
  readonly units: readonly Unit[];
  readonly #names: ReadonlyMap<Unit, readonly string[]>;

  /** Reads it from the specification's own text. */
  static async read(): Promise<KernelIndex> {
    return new KernelIndex((await readUnits()).all);
  }

  private constructor(units: readonly Unit[]) {
    this.units = units;
    this.#names = namesOf(units);
  }

  /** The kernel's names for a unit; one that models nothing by itself is part of those that use it. */
  namesOf(unit: Unit): readonly string[] {
    return this.#names.get(unit) ?? [];
  }

  /** The units that ask a decision. */
  askedBy(decision: DecisionName): Unit[] {
    return this.units.filter(({ asks }) => asks.includes(decision));
  }

  /** The kernel's functions in which a decision is taken: those of the units that ask it, and those that it names. */
  functionsOf(decision: DecisionName): string[] {
    const ofUnits = this.askedBy(decision).flatMap((unit) => this.namesOf(unit));
    return [...new Set([...kernelNamesIn(DECISIONS[decision].doc), ...ofUnits])];
  }

  /** The units that stand for a function of the kernel, and the decisions that are taken in it. */
  lookUp(name: string): { readonly units: readonly Unit[]; readonly decisions: readonly DecisionName[] } {
    const sought = bare(Object.hasOwn(ALSO_MODELLED, name) ? (ALSO_MODELLED[name] as string) : name);
    const isIt = (one: string) => bare(one) === sought || bare(one) === bare(name);
    return {
      units: this.units.filter((unit) => this.namesOf(unit).some(isIt)),
      decisions: DECISION_NAMES.filter((decision) => this.functionsOf(decision).some(isIt)),
    };
  }
}

/** What the model leaves out that a function or file belongs to, if it is known to. */
export function leftOut(name: string): string | null {
  return LEFT_OUT.find(({ names }) => names.test(name))?.what ?? null;
}

/** A function and the one that does its work under a lock, or on one root, differ by underscores. */
function bare(name: string): string {
  return name.replace(/^_+/, '');
}

function namesOf(units: readonly Unit[]): Map<Unit, readonly string[]> {
  const users = usersOf(units);
  const names = (unit: Unit, seen: ReadonlySet<Unit>): readonly string[] => {
    if (unit.kernelNames.length > 0 || seen.has(unit)) return unit.kernelNames;
    const within = new Set([...seen, unit]);
    return [...new Set((users.get(unit) ?? []).flatMap((user) => names(user, within)))];
  };
  return new Map(units.map((unit) => [unit, names(unit, new Set())]));
}

/** By unit: those in the same file that use it. What any file may use is part of none. */
function usersOf(units: readonly Unit[]): Map<Unit, Unit[]> {
  const users = new Map<Unit, Unit[]>();
  for (const user of units) {
    const visit = (node: ts.Node) => {
      const used = ts.isIdentifier(node) ? user.scope.get(node.text) : undefined;
      if (used !== undefined && used !== user && used.file === user.file)
        users.set(used, [...new Set([...(users.get(used) ?? []), user])]);
      node.forEachChild(visit);
    };
    visit(user.node);
  }
  return users;
}
