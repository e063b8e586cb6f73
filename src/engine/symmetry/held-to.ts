import { namesOfOwn } from '../../../spec/define/kernel.ts';
import type { KvmFunctionName } from '../../../spec/define/kvm-functions.ts';
import type { Event } from '../../../spec/events/event.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import type { Root } from '../../../spec/state/vcpu.ts';
import { walk } from '../../../spec/state/walk.ts';
import { enterAll } from '../../../spec/step/enter.ts';
import { exit } from '../../../spec/step/exit.ts';
import type { World } from '../../../spec/world/world.ts';
import { type Expand, type Model, REFUSED, type Symmetry } from '../../checker/model.ts';
import { isSameRow } from '../../checker/same-row.ts';
import { formatEvent } from '../../trace/print.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import { kernelView } from '../memo/kernel-view.ts';
import { noteOfFunction } from '../memo/notes.ts';
import type { RowLayout } from '../rows/fields.ts';
import { EngineError } from '../views/engine-error.ts';
import { Unpacker } from '../views/unpack.ts';
import { actionsOf } from './actions.ts';
import { symmetryOf } from './symmetry.ts';

/** What of a model must be the same under renamings. */
type Held = Pick<Model, 'step' | 'inspect' | 'bufferWords'>;

/**
 * The symmetry of a layout for the kernel of a world. The specification treats all that is renamed alike; what a kernel
 * has of its own need not, and so is held to it: each representative that is expanded is judged, and every step from it
 * is taken, from each state that it stands for too. By induction, what is found up to renaming is then all there is.
 */
export function symmetryFor(
  world: World,
  model: Held,
  rows: RowLayout,
  facts: FactLayout | null,
): Symmetry | null {
  const symmetry = symmetryOf(world.layout, rows, facts);
  if (symmetry === null || namesOfOwn(world.kernel).length === 0) return symmetry;
  return { ...symmetry, hold: holdTo(symmetry, world, model, rows, facts) };
}

function holdTo(
  { renames }: Symmetry,
  world: World,
  model: Held,
  rows: RowLayout,
  facts: FactLayout | null,
): Expand {
  const { events } = world.layout;
  const [, ...actions] = actionsOf(world.layout, rows, facts);
  const width = rows.words + (facts?.words ?? 0);
  const row = () => new Int32Array(width);
  const [state, renamed, after, expected] = [row(), row(), row(), row()];
  const buffer = new Int32Array(model.bufferWords);
  const unpacker = new Unpacker(world.layout, rows);
  const differ = (event?: number, become?: number): EngineError => {
    const stepFrom = (from: Int32Array, number: number | undefined): Before => ({
      machine: unpacker.unpack(from),
      event: number === undefined ? undefined : (events[number] as Event),
    });
    const [one, other] = [stepFrom(state, event), stepFrom(renamed, become)];
    return new EngineError(
      `${ownIn(world, one, other).join(', ')}: not all ${renames.join(', ')} are treated alike, as --symmetry takes them to be: ${said(world, one)} comes to something else than ${said(world, other)}`,
    );
  };
  const inspect = (from: Int32Array, wanted: number) => {
    buffer.set(from);
    return model.inspect(buffer, wanted) & wanted;
  };
  return (states, at, count, wanted, targets, masks) => {
    for (let s = 0; s < count; s++) {
      copy(states, at + s * width, state);
      const found = inspect(state, wanted);
      for (const { rename, events: becomes } of actions) {
        rename(state, renamed);
        if (inspect(renamed, wanted) !== found) throw differ();
        for (let event = 0; event < events.length; event++) {
          const place = s * events.length + event;
          const become = becomes[event] as number;
          buffer.set(renamed);
          const mask = model.step(buffer, become, wanted);
          if (((mask ^ (masks[place] as number)) & (wanted | REFUSED)) !== 0) throw differ(event, become);
          if ((mask & REFUSED) !== 0) continue;
          copy(targets, place * width, after);
          rename(after, expected);
          if (!isSameRow(buffer, 0, expected, 0, width)) throw differ(event, become);
        }
      }
    }
  };
}

/** Copies a row from an offset of `rows`. */
function copy(rows: Int32Array, at: number, into: Int32Array): void {
  for (let word = 0; word < into.length; word++) into[word] = rows[at + word] as number;
}

/** A state, and the event that a step takes from it; none where the state itself is judged. */
interface Before {
  readonly machine: Machine;
  readonly event: Event | undefined;
}

/** What a kernel has of its own and runs in one of some steps; all that it has, if that cannot be told. */
function ownIn(world: World, ...steps: readonly Before[]): string[] {
  const { kvm = {}, reducers = {} } = world.kernel;
  const notes = new Set<number>();
  const listening = { ...world, kernel: kernelView(world.kernel, (note) => notes.add(note)) };
  for (const { machine, event } of steps) {
    if (event === undefined) continue;
    const after = copyMachine(machine);
    if (exit(listening, after, event).outcome === 'ok') enterAll(listening, after, event.cpu);
  }
  const called = (Object.keys(kvm) as KvmFunctionName[]).filter((name) => notes.has(noteOfFunction(name)));
  const ran = [
    ...Object.keys(reducers).filter((kind) => steps.some(({ event }) => event?.kind === kind)),
    ...called.map((name) => `${name}()`),
  ];
  return ran.length === 0 ? namesOfOwn(world.kernel) : ran;
}

/** The same in words: of a state what most decides what KVM does. */
function said({ layout }: World, { machine: { memory, vcpus }, event }: Before): string {
  const nameOf = (root: Root | null) => (root === null ? '-' : formatCr3(root.pgd));
  const ofVcpus = vcpus.map(({ guest, mmu }) => {
    const pcide = guest.cr4.pcide ? 1 : 0;
    return `CR3 ${formatCr3(guest.cr3)} PCIDE=${pcide} root ${nameOf(mmu.root)} prev_roots ${mmu.prevRoots.map(nameOf).join(' ')}`;
  });
  const entries = layout.spaces.flatMap((space) =>
    layout.virtualPages.map((page) => {
      const path = layout.paths[page] as readonly number[];
      return `${space}:${page}=${walk(memory, space, path) ?? 'none'}`;
    }),
  );
  const deed = event === undefined ? 'what is broken' : `'${formatEvent(event)}'`;
  return `${deed} in the state (${[...ofVcpus, entries.join(' ')].join(', ')})`;
}
