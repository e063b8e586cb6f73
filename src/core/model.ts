import type { Contract } from '../../spec/contracts/contract.ts';
import type { Kernel } from '../../spec/kernels/decisions.ts';
import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import type { LayoutDefinition } from '../../spec/layouts/layout.ts';
import { flushesOrdered } from '../../spec/properties/flushes-ordered.ts';
import type { World } from '../../spec/world/world.ts';
import type { Finding, Model } from '../checker/model.ts';
import { createCore } from './create.ts';
import { FINDINGS, FOUND } from './findings.ts';
import { inspect } from './properties/inspect.ts';
import { NOTES } from './row/notes.ts';
import { Unpacker } from './row/unpack.ts';
import { loadProgram, type Specialized, specialize } from './specialize/specialize.ts';
import { initial } from './step/initial.ts';
import { step } from './step/step.ts';
import { symmetryOf } from './symmetry/symmetry.ts';

/** What a model of KVM's machine is made from: plain data. */
export interface ModelData {
  readonly kernel: Kernel;
  readonly contract: Contract;
  readonly layout: LayoutDefinition;
  readonly bounds: Partial<Bounds>;
  /** Also looks for breaches of `flushes-ordered`. */
  readonly flushesOrdered: boolean;
}

/** Steps after which it has paid to write out straight-line code. */
const ACCESSOR_STEPS = 20_000;

/** The world that a model is of. @throws BoundError when the bounds describe no guest */
export function worldOf({ kernel, contract, layout, bounds }: ModelData): World {
  return { kernel, contract, layout: buildLayout(layout, bounds) };
}

/** What a model looks for. */
export function findingsOf(data: ModelData): readonly Finding[] {
  return data.flushesOrdered ? FINDINGS : FINDINGS.slice(0, -1);
}

/** Names everything that decides what a model does. */
export function identityOf({ kernel, contract, layout, bounds, flushesOrdered: ordered }: ModelData): string {
  return JSON.stringify({ kernel, contract, layout, bounds, ordered });
}

/**
 * KVM's machine as a model, run by the core: at first by its functions, then by straight-line code written
 * out from them.
 */
export async function createModel(data: ModelData): Promise<Model> {
  const world = worldOf(data);
  const { core, events } = createCore(world);
  const { words, bufferWords } = core.layout;
  const program = await loadProgram();
  const unpacker = new Unpacker(world.layout, core.layout);
  const ordered = data.flushesOrdered ? (FOUND[flushesOrdered.name] as number) : 0;

  let stepsLeft = ACCESSOR_STEPS;
  let written: Specialized | null = null;
  const stepBy = (buffer: Int32Array, event: number, wanted: number): number => {
    if (written === null && stepsLeft-- <= 0) {
      core.settled.set(core.noted);
      written = specialize(program, core, events);
    }
    if (written !== null) return written.step(buffer, event, wanted);
    copy(buffer, core.row, words);
    const found = step(core, events[event]!, wanted);
    copy(core.row, buffer, words);
    return found;
  };
  const inspectBy = (buffer: Int32Array, wanted: number): number => {
    if (written !== null) return written.inspect(buffer, wanted);
    copy(buffer, core.row, words);
    return inspect(core, wanted);
  };

  return {
    identity: identityOf(data),
    words,
    facts: 0,
    bufferWords,
    events: events.length,
    findings: findingsOf(data),
    notes: NOTES,
    noted: core.noted,
    initial: (buffer) => {
      initial(core);
      for (const [i, settled] of core.settled.entries()) core.noted[i]! |= settled;
      copy(core.row, buffer, words);
    },
    step: stepBy,
    get expand() {
      return written?.expand;
    },
    inspect: (buffer, wanted) => {
      const found = inspectBy(buffer, wanted);
      if ((wanted & ordered) === 0 || flushesOrdered.violation(world, unpacker.unpack(buffer)) === null)
        return found;
      return found | ordered;
    },
    symmetry: () => symmetryOf(world.layout, core.layout),
  };
}

function copy(from: Int32Array, to: Int32Array, words: number): void {
  for (let i = 0; i < words; i++) to[i] = from[i]!;
}
