import { DECISION_NAMES, DECISIONS, type DecisionName, type Kernel } from '../../spec/kernels/decisions.ts';
import { KERNELS } from '../../spec/kernels/named.ts';
import { formatTable } from './table.ts';

/** Every decision with its commits, its values and the kernels that have each. */
export function formatKernels(): string {
  return DECISION_NAMES.map((name) => {
    const { doc, commits, values } = DECISIONS[name];
    const rows = Object.entries(values).map(([value, meaning]) => [
      [value],
      [kernelsWith(name, value)],
      [meaning],
    ]);
    return `${name}: ${doc} (${commits.join(', ')})\n${indent(formatTable(['value', 'kernels', 'meaning'], rows))}`;
  }).join('\n\n');
}

/** A kernel and what it is called. */
export interface NamedKernel {
  readonly name: string;
  readonly kernel: Kernel;
  /** The events whose reducers it overrides. */
  readonly overridden: readonly string[];
  /** The sections of them in which the processor is its own. */
  readonly architecture: readonly string[];
}

/** The decisions in which two kernels differ. */
export function differences(a: NamedKernel, b: NamedKernel): DecisionName[] {
  return DECISION_NAMES.filter((each) => a.kernel[each] !== b.kernel[each]);
}

/** The decisions in which two kernels differ, as a table, and the reducers that either has of its own. */
export function formatDifferences(a: NamedKernel, b: NamedKernel): string {
  const decisions = differences(a, b);
  const own = [a, b].flatMap(({ name, overridden, architecture }) => [
    ...(overridden.length === 0 ? [] : [`${name} has its own ${overridden.join(', ')}.`]),
    ...(architecture.length === 0 ? [] : [`${name} is JUDGED BY ITS OWN ${architecture.join(', ')}.`]),
  ]);
  if (decisions.length === 0) return [`${a.name} and ${b.name} decide everything alike.`, ...own].join('\n');
  const rows = decisions.map((name) => [[name], [a.kernel[name]], [b.kernel[name]]]);
  return [formatTable(['decision', a.name, b.name], rows), ...own].join('\n');
}

function kernelsWith(name: DecisionName, value: string): string {
  const kernels = Object.entries(KERNELS).filter(([, kernel]) => kernel[name] === value);
  return kernels.map(([kernel]) => kernel).join(' ') || '-';
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
