import type { EventKind } from '../../spec/events/event.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import type { FoldedEvent, FoldedUnit } from '../kernels/fold/event-fold.ts';
import { type DiffLine, lineDiff } from '../kernels/line-diff.ts';
import type { Unit } from '../kernels/units.ts';
import type { NamedKernel } from './kernels.ts';

/** What is done when: on the event, and after its handler. */
const PARTS = [
  ['handler', 'On the event, after its checks'],
  ['entry', 'At the next entry, what was not shown yet'],
] as const;

/** A kernel and what it does on an event. */
export interface FoldedKernel extends NamedKernel {
  readonly kernel: OverriddenKernel;
  readonly folded: FoldedEvent;
}

/** What a kernel does on an event, function by function. */
export function formatFold({ name, kernel, folded }: FoldedKernel, event: EventKind): string {
  const parts = PARTS.map(([part, title]) =>
    [`// ${title}:`, ...folded[part].map(({ unit, text }) => `${headOf(unit, kernel)}\n${text}`)].join(
      '\n\n',
    ),
  );
  return [`// ${name} on ${event}`, ...parts].join('\n\n');
}

/** Above a function: what of the kernel it stands for, where it is from, and what was decided in it. */
function headOf(unit: Unit, kernel: OverriddenKernel): string {
  const { kernelNames, file, line } = unit;
  const asks = asksOf(unit, kernel);
  const stands = kernelNames.length === 0 ? '' : `${kernelNames.join(', ')} `;
  if (isReplaced(unit, kernel)) return `// ${stands}REPLACED by the kernel's own, for ${file}:${line}`;
  const decided = asks.map((name) => `${name}=${kernel[name]}`).join(' ');
  return `// ${stands}(${file}:${line})${decided === '' ? '' : `: ${decided}`}`;
}

function isReplaced({ name, replaceable }: Unit, { kvm = {} }: OverriddenKernel): boolean {
  return replaceable && Object.hasOwn(kvm, name);
}

/** The decisions that a function asks, as a kernel has it. */
function asksOf(unit: Unit, kernel: OverriddenKernel): Unit['asks'] {
  return isReplaced(unit, kernel) ? [] : unit.asks;
}

/** A function that two kernels do not have alike. */
interface Differing {
  readonly unit: Unit;
  readonly lines: readonly DiffLine[];
}

/** What two kernels do otherwise on an event. */
export function formatFoldDiff(a: FoldedKernel, b: FoldedKernel, event: EventKind): string {
  const differing = differingIn(a.folded, b.folded);
  const title = `// ${event}: - ${a.name}, + ${b.name}`;
  if (differing.length === 0) return `${title}\n\nBoth do the same.`;
  const told = differing.map(({ unit, lines }) =>
    [
      headOf({ ...unit, asks: [] }, a.kernel),
      ...lines.map(({ sign, line }) => `${sign} ${line}`.trimEnd()),
    ].join('\n'),
  );
  return [title, ...told].join('\n\n');
}

function differingIn(a: FoldedEvent, b: FoldedEvent): Differing[] {
  const [before, after] = [textsOf(a), textsOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((unit) => {
    const [old, now] = [before.get(unit) ?? '', after.get(unit) ?? ''];
    return old === now ? [] : [{ unit, lines: lineDiff(linesOf(old), linesOf(now)) }];
  });
}

function textsOf({ handler, entry }: FoldedEvent): Map<Unit, string> {
  return new Map([...handler, ...entry].map(({ unit, text }) => [unit, text]));
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.split('\n');
}

/** The same as a value. */
export function foldJson({ name, kernel, folded }: FoldedKernel, event: EventKind) {
  const functions = (units: readonly FoldedUnit[]) =>
    units.map(({ unit, text }) => ({
      ...placeJson(unit),
      ...(isReplaced(unit, kernel) && { replaced: true }),
      decisions: Object.fromEntries(asksOf(unit, kernel).map((decision) => [decision, kernel[decision]])),
      text,
    }));
  return { kernel: name, event, handler: functions(folded.handler), entry: functions(folded.entry) };
}

/** The same as a value. */
export function foldDiffJson(a: FoldedKernel, b: FoldedKernel, event: EventKind) {
  const differ = differingIn(a.folded, b.folded).map(({ unit, lines }) => ({
    ...placeJson(unit),
    lines: lines.map(({ sign, line }) => `${sign}${line}`),
  }));
  return { a: a.name, b: b.name, event, differ };
}

function placeJson({ name, file, line, kernelNames }: Unit) {
  return { name, file, line, stands: kernelNames };
}
