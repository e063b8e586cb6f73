import * as ts from 'typescript/unstable/ast';
import type { EventKind } from '../../../spec/events/event.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import type { Unit, Units } from '../units.ts';
import { Emitter } from './emit.ts';
import { assignedIn } from './evaluate.ts';
import type { OwnUnits } from './own-function.ts';
import { either, Names, NEVER, UNKNOWN, type Values } from './values.ts';

/** A unit as one kernel has it while it deals with an event. */
export interface FoldedUnit {
  readonly unit: Unit;
  readonly text: string;
}

/** What a kernel does on an event: until the next entry, and at it. */
export interface FoldedEvent {
  readonly handler: readonly FoldedUnit[];
  readonly entry: readonly FoldedUnit[];
}

/**
 * Folds what KVM does on an event for one kernel. Which values an argument can have is followed from call to call, so
 * that a function is written out with the cases alone that this event can lead to. A function that the kernel replaces
 * is written out as its author wrote it, and may call what it names with anything.
 */
export function foldEvent(
  units: Units,
  kernel: Kernel,
  event: EventKind,
  own: OwnUnits = new Map(),
): FoldedEvent {
  const handler = units.handlers.get(event) as Unit;
  const entry = units.all.find(({ name }) => name === 'enterGuest') as Unit;
  const fold = new EventFold(units, kernel, own);
  fold.root(handler);
  fold.root(entry);
  fold.run();
  const inHandler = fold.reachedFrom(handler, new Set());
  const inEntry = fold.reachedFrom(entry, new Set(inHandler));
  return {
    handler: inHandler.map((unit) => fold.folded(unit)),
    entry: inEntry.map((unit) => fold.folded(unit)),
  };
}

class EventFold {
  readonly #all: readonly Unit[];
  readonly #kernel: Kernel;
  readonly #own: OwnUnits;
  readonly #raise: Unit | undefined;
  /** By unit that is reached: what its parameters can be. */
  readonly #params = new Map<Unit, Values[]>();
  readonly #uses = new Map<Unit, readonly Unit[]>();
  readonly #texts = new Map<Unit, string>();

  constructor({ all }: Units, kernel: Kernel, own: OwnUnits) {
    this.#all = all;
    this.#kernel = kernel;
    this.#own = own;
    this.#raise = all.find(({ name }) => name === 'raise');
  }

  /** Something outside calls it, with anything. */
  root(unit: Unit): void {
    this.#reach(
      unit,
      paramsOf(unit).map(() => null),
    );
  }

  /** Writes out all that is reached, until no more is and nothing more is known to be passed on. */
  run(): void {
    const done = new Map<Unit, string>();
    for (let before = ''; ; ) {
      const shared = `${told(this.#raised())} ${[...this.#empty()].map(({ name }) => name)}`;
      for (const [unit, params] of [...this.#params]) {
        const state = `${params.map(told)} ${shared}`;
        if (done.get(unit) !== state) this.#emit(unit);
        done.set(unit, state);
      }
      const after = `${shared} ${[...this.#params].map(([unit, params]) => `${unit.name}${unit.file}${params.map(told)}`)}`;
      if (after === before) return;
      before = after;
    }
  }

  #empty(): Unit[] {
    return [...this.#texts].flatMap(([unit, text]) => (text.endsWith(') {}') ? [unit] : []));
  }

  folded(unit: Unit): FoldedUnit {
    return { unit, text: this.#texts.get(unit) ?? '' };
  }

  /** A unit and what it uses, in the order of the text, but for what was seen before. */
  reachedFrom(unit: Unit, seen: Set<Unit>): Unit[] {
    if (seen.has(unit)) return [];
    seen.add(unit);
    return [unit, ...(this.#uses.get(unit) ?? []).flatMap((used) => this.reachedFrom(used, seen))];
  }

  #reach(unit: Unit, args: readonly Values[]): void {
    const before = this.#params.get(unit);
    const after = paramsOf(unit).map((_, i) =>
      either(before?.[i] ?? (before === undefined ? NEVER : null), args[i] ?? null),
    );
    this.#params.set(unit, after);
  }

  #emit(unit: Unit): void {
    const own = this.#own.get(unit);
    if (own === undefined) this.#fold(unit);
    else {
      for (const called of own.isOpen ? this.#all : own.calls) this.root(called);
      if (own.goesOn) this.#fold(unit);
      const original = own.goesOn ? `\n\n// What it replaces, and goes on to:\n${this.#texts.get(unit)}` : '';
      this.#texts.set(unit, `${own.text}${original}`);
      this.#uses.set(unit, [...new Set([...own.calls, ...(own.goesOn ? (this.#uses.get(unit) ?? []) : [])])]);
    }
  }

  #fold(unit: Unit): void {
    let unused: ReadonlySet<string> = new Set();
    for (let size = -1; size < unused.size; ) {
      size = unused.size;
      const uses = new Set<Unit>();
      const links = {
        called: (called: Unit, args: readonly Values[]) => {
          uses.add(called);
          this.#reach(called, args);
        },
        isEmpty: (called: Unit, args: readonly Values[]) => {
          this.#reach(called, args);
          return !this.#own.has(called) && (this.#texts.get(called)?.endsWith(') {}') ?? false);
        },
        used: (used: Unit) => {
          uses.add(used);
          this.root(used);
        },
        raised: this.#raised(),
      };
      const text = new Emitter(unit, this.#kernel, links, unused).unit(this.#namesOf(unit));
      this.#texts.set(unit, text);
      this.#uses.set(unit, [...uses]);
      unused = new Set([...unused, ...unusedIn(unit, text)]);
    }
  }

  #raised(): Values {
    const request = this.#raise === undefined ? undefined : this.#params.get(this.#raise);
    return request === undefined ? NEVER : (request[1] ?? null);
  }

  #namesOf(unit: Unit): Names {
    const names = new Names();
    const assigned = assignedIn(unit.node);
    paramsOf(unit).forEach(({ name }, i) => {
      const values = this.#params.get(unit)?.[i] ?? null;
      if (ts.isIdentifier(name as ts.Node))
        names.know(name.getText(), assigned.has(name.getText()) ? UNKNOWN : { values, elements: null });
    });
    return names;
  }
}

/** Values as a text that is the same for the same ones. */
function told(values: Values): string {
  return values === null ? '*' : [...values].map(String).sort().join('|');
}

function paramsOf({ work }: Unit): readonly ts.ParameterDeclaration[] {
  return work?.parameters ?? [];
}

/** Names that a unit declares and its text has nowhere else. */
function unusedIn({ node }: Unit, text: string): string[] {
  const names = new Set<string>();
  const visit = (each: ts.Node) => {
    const { name } = each as ts.VariableDeclaration;
    const declares = ts.isBindingElement(each) || (ts.isVariableDeclaration(each) && each !== node);
    if (declares && ts.isIdentifier(name as ts.Node)) names.add(name.getText());
    each.forEachChild(visit);
  };
  visit(node);
  return [...names].filter((name) => (text.match(wordOf(name))?.length ?? 0) <= 1);
}

/** A name where it is no member of something: `name` and `...name`, but not `it.name`. */
function wordOf(name: string): RegExp {
  return new RegExp(`(?:(?<![.\\w])|(?<=\\.\\.\\.))${name}(?!\\w)`, 'g');
}
