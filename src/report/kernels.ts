import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../../spec/kernels/named.ts';
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

/** The decisions in which two kernels differ. */
export function formatDifferences(a: KernelName, b: KernelName, decisions: readonly DecisionName[]): string {
  if (decisions.length === 0) return `${a} and ${b} decide everything alike.`;
  return formatTable(
    ['decision', a, b],
    decisions.map((name) => [[name], [KERNELS[a][name]], [KERNELS[b][name]]]),
  );
}

function kernelsWith(name: DecisionName, value: string): string {
  const kernels = Object.entries(KERNELS).filter(([, kernel]) => kernel[name] === value);
  return kernels.map(([kernel]) => kernel).join(' ') || '-';
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
