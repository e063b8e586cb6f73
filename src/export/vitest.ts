import type { ReplayStep } from '../replay/replay.ts';
import { formatKernelName } from '../report/check.ts';
import { formatEvent } from '../trace/print.ts';
import { ExportError } from './export-error.ts';
import type { TraceRun } from './trace-run.ts';

/**
 * A vitest file that carries the trace out again and pins what was seen of it: the verdict, and of each step
 * the outcome, the requests, what an access reads and which rules break.
 *
 * @throws ExportError when the kernel has functions or reducers of its own, and nobody knows where to import them from,
 *   or is Linux's own code, which the file would not have
 */
export function toVitest(run: TraceRun): string {
  const { linux, contract, layout, bounds, replay } = run;
  if (linux !== undefined) throw new ExportError("a vitest file cannot hold Linux's own code");
  const { imports, kernel, set } = kernelOf(run);
  const setting = { set, contract, layout, bounds };
  const name = `is ${replay.verdict} under ${formatKernelName(run)}, contract ${contract}, layout ${layout}`;
  return [
    "import { expect, it } from 'vitest';",
    "import { formatEvent, runTrace } from 'vtlb';",
    ...imports,
    '',
    'const SETTING = {',
    `  ${kernel},`,
    ...Object.entries(setting).map(([key, value]) => `  ${key}: ${literal(value)},`),
    '} as const;',
    '',
    'const TRACE = `',
    ...replay.steps.map(({ event }) => formatEvent(event)),
    '`;',
    '',
    '/** Event, outcome, requests raised, frames read, properties broken. */',
    'const STEPS = [',
    ...replay.steps.map((step) => `  ${literal(pinned(step))},`),
    '];',
    '',
    `it(${literal(name)}, () => {`,
    '  const { replay } = runTrace(SETTING, TRACE);',
    '  const steps = replay.steps.map(({ event, exit, breaches }) => [',
    '    formatEvent(event),',
    '    exit.outcome,',
    '    exit.requests,',
    '    exit.sees,',
    '    breaches.map(({ property }) => property),',
    '  ]);',
    '  expect(steps).toEqual(STEPS);',
    `  expect(replay.verdict).toBe(${literal(replay.verdict)});`,
    '});',
    '',
  ].join('\n');
}

/** The kernel as the file names it: what it has of its own, it imports. */
function kernelOf({ kernel, base, set, overridden, imported }: TraceRun) {
  if (overridden.length === 0) return { imports: [], kernel: `kernel: ${literal(base)}`, set };
  if (imported === undefined)
    throw new ExportError(
      `a vitest file cannot hold functions and reducers (${kernel} has its own ${overridden.join(', ')})`,
    );
  const imports = [
    ...(imported.isPlaced ? [] : ['// As the path is from the folder in which this was exported.']),
    `import kernel from ${literal(imported.from)};`,
  ];
  return { imports, kernel: 'kernel', set: imported.set };
}

function pinned({ event, exit, breaches }: ReplayStep): unknown[] {
  return [
    formatEvent(event),
    exit.outcome,
    exit.requests,
    exit.sees,
    breaches.map(({ property }) => property),
  ];
}

/** A value as TypeScript in single quotes, with blanks as people write them. */
function literal(value: unknown): string {
  if (typeof value === 'string')
    return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return `${value}`;
  const fields = Object.entries(value).map(([key, member]) => `${key}: ${literal(member)}`);
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`;
}
