import { DECISION_NAMES, DECISIONS, type DecisionName, type Kernel } from '../../spec/kernels/decisions.ts';
import { KERNELS } from '../../spec/kernels/named.ts';
import { RELEASE_RECORDS } from '../../spec/kernels/releases.ts';
import { isOfRelease, TAKEN_ALIKE } from '../../spec/kernels/what-ifs.ts';
import type { KernelIndex } from '../kernels/kernel-index.ts';
import type { Unit } from '../kernels/units.ts';
import { formatTable } from './table.ts';

/** Every decision with its commits, its values and the kernels that have each: first those on which releases differ. */
export function formatKernels(width: number): string {
  const part = (title: string, alike: boolean) => [
    title,
    ...DECISION_NAMES.filter((name) => TAKEN_ALIKE.includes(name) === alike).map((name) =>
      formatDecision(name, kernelsWith, width),
    ),
  ];
  return [
    ...part('WHERE RELEASES DIFFER', false),
    ...part('WHAT IF: every release decides alike; the other values are what a review asks about', true),
  ].join('\n\n');
}

/** A decision by itself: which releases have each value, and who asks. */
export function formatAskedDecision(name: DecisionName, index: KernelIndex, width: number): string {
  return `${formatDecision(name, releasesWith, width)}\n  asked by\n${indent(formatUnits(index.askedBy(name), index))}`;
}

function formatDecision(
  name: DecisionName,
  having: (name: DecisionName, value: string) => string,
  width: number,
): string {
  const { doc, commits, values } = DECISIONS[name];
  const isWhatIf = ([value]: [string, string]) => Number(!isOfRelease(name, value));
  const rows = Object.entries(values)
    .sort((a, b) => isWhatIf(a) - isWhatIf(b))
    .map(([value, meaning]) => [[value], [having(name, value)], [meaning]]);
  return `${name}: ${doc} (${commits.join(', ')})\n${indent(formatTable(['value', 'kernels', 'meaning'], rows, width - 2))}`;
}

/** Functions of the specification, a line each: where, and KVM's names for it. */
export function formatUnits(units: readonly Unit[], index: KernelIndex): string {
  return units
    .map(
      (unit) =>
        `  ${unit.name} (${unit.file}:${unit.line}), for ${index.namesOf(unit).join(', ') || 'any of them'}`,
    )
    .join('\n');
}

/** A kernel and what it is called. */
export interface NamedKernel {
  readonly name: string;
  readonly kernel: Kernel;
  /** What it has of its own besides decisions: see `namesOfOwn`. */
  readonly overridden: readonly string[];
  /** The sections of its reducers in which the processor is its own. */
  readonly architecture: readonly string[];
}

/** How one kernel decides everything, and in which of KVM's functions. */
export function formatKernel(one: NamedKernel, index: KernelIndex, width: number): string {
  const rows = DECISION_NAMES.map((name) => {
    const value = one.kernel[name];
    const meaning = (DECISIONS[name].values as Readonly<Record<string, string>>)[value] as string;
    return [[name], [value], [index.functionsOf(name).join(' ')], [meaning]];
  });
  const table = formatTable(['decision', 'value', 'in', 'meaning'], rows, width);
  return [one.name, table, ...ownReducers([one])].join('\n');
}

/** The decisions in which two kernels differ. */
export function differences(a: NamedKernel, b: NamedKernel): DecisionName[] {
  return DECISION_NAMES.filter((each) => a.kernel[each] !== b.kernel[each]);
}

/** The decisions in which two kernels differ, as a table, and the reducers that either has of its own. */
export function formatDifferences(a: NamedKernel, b: NamedKernel, width: number): string {
  const decisions = differences(a, b);
  const own = ownReducers([a, b]);
  if (decisions.length === 0) return [`${a.name} and ${b.name} decide everything alike.`, ...own].join('\n');
  const rows = decisions.map((name) => [[name], [a.kernel[name]], [b.kernel[name]]]);
  return [formatTable(['decision', a.name, b.name], rows, width), ...own].join('\n');
}

function ownReducers(kernels: readonly NamedKernel[]): string[] {
  return kernels.flatMap(({ name, overridden, architecture }) => [
    ...(overridden.length === 0 ? [] : [`${name} has its own ${overridden.join(', ')}.`]),
    ...(architecture.length === 0 ? [] : [`${name} is JUDGED BY ITS OWN ${architecture.join(', ')}.`]),
  ]);
}

/** In place of kernels, where none decides so. */
const WHAT_IF = 'what if';

function kernelsWith(name: DecisionName, value: string): string {
  const kernels = Object.entries(KERNELS).filter(([, kernel]) => kernel[name] === value);
  return kernels.map(([kernel]) => kernel).join(' ') || WHAT_IF;
}

/** The same with every release, those in a row as a range, and then what is no release. */
function releasesWith(name: DecisionName, value: string): string {
  const ranges: string[][] = [[]];
  for (const [release, record] of RELEASE_RECORDS) {
    if (record[name] === value) ranges.at(-1)?.push(release);
    else ranges.push([]);
  }
  const told = ranges
    .filter((range) => range.length > 0)
    .map((range) => [...new Set([range[0], range.at(-1)])].join(' to '));
  const others = Object.entries(KERNELS).filter(
    ([kernel, record]) => !/^v\d/.test(kernel) && record[name] === value,
  );
  return [...told, ...others.map(([kernel]) => kernel)].join(', ') || WHAT_IF;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
