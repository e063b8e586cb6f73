import { DECISIONS, type DecisionName } from '../../spec/kernels/decisions.ts';
import type { KernelIndex } from '../kernels/kernel-index.ts';
import type { TouchedPart } from '../kernels/touched.ts';
import { formatUnits, type NamedKernel } from './kernels.ts';
import { formatTable } from './table.ts';

/** What a patch touches, file by file, and the decisions that may be taken otherwise by it. */
export function formatTouched(
  parts: readonly TouchedPart[],
  kernel: NamedKernel,
  index: KernelIndex,
  width: number,
): string {
  const files = [...new Set(parts.map(({ file }) => file))];
  const told = files.map((file) => {
    const own = parts.filter((part) => part.file === file);
    return [file, ...own.map((part) => formatPart(part, index))].join('\n');
  });
  return [...told, formatChoices(decisionsOf(parts), kernel, width)].join('\n\n');
}

/** The decisions that are taken in what a patch touches. */
function decisionsOf(parts: readonly TouchedPart[]): DecisionName[] {
  return [...new Set(parts.flatMap(({ decisions }) => decisions))];
}

function formatPart({ name, units, decisions, leftOut }: TouchedPart, index: KernelIndex): string {
  const title = `  ${name === '' ? '(outside of functions)' : name}`;
  if (units.length === 0 && decisions.length === 0)
    return `${title}: not in the model${leftOut === null ? '' : ` (${leftOut})`}`;
  return [
    title,
    ...(units.length === 0 ? [] : [indent(formatUnits(units, index))]),
    `    ${decisions.length === 0 ? 'asks no decision' : `decisions: ${decisions.join(', ')}`}`,
  ].join('\n');
}

function formatChoices(
  decisions: readonly DecisionName[],
  { name, kernel }: NamedKernel,
  width: number,
): string {
  if (decisions.length === 0)
    return 'No decision describes what it touches. A kernel file can override the reducer of an event.';
  const rows = decisions.map((decision) => {
    const others = Object.keys(DECISIONS[decision].values).filter((value) => value !== kernel[decision]);
    return [[decision], [kernel[decision]], [others.join(', ') || '-']];
  });
  const table = formatTable(['decision', name, 'other values, for --set'], rows, width);
  return `${table}\n\n\`vtlb kernels DECISION\` says what each value is; \`vtlb check --kernel ${name.split(' ')[0]} --set DECISION=VALUE\` gives the verdict.`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}
