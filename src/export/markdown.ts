import { describeStale } from '../../spec/properties/vtlb.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import { formatKernelName } from '../report/check.ts';
import { explainStale } from '../report/explain.ts';
import { VERDICT } from '../report/replay.ts';
import { formatRoot } from '../report/state.ts';
import { type Cell, formatTable } from '../report/table.ts';
import { wrap } from '../report/wrap.ts';
import { formatEvent } from '../trace/print.ts';
import { reproduceLines } from './reproduce.ts';
import { type StaleSpan, staleSpans } from './stale-spans.ts';
import type { TraceRun } from './trace-run.ts';

/** What a mail client shows without breaking lines. */
const WIDTH = 96;

/**
 * A report that reads well as it stands in a mail: the claim, under what it was made, what is stale and since
 * when, the steps, and how to see it again. No line is longer than 96 columns, a kernel's own path apart.
 */
export function toMarkdown(run: TraceRun): string {
  const { world, replay } = run;
  const explanation = explainStale(world, replay);
  const bounds = Object.entries(world.layout.bounds).map(([name, value]) => `${name}=${value}`);
  return [
    `# ${VERDICT[replay.verdict].replace(/ {2,}/, ': ')}`,
    '',
    ...item(`kernel ${formatKernelName(run)}`),
    ...item(`contract ${run.contract}: ${world.contract.doc}`),
    ...item(`layout ${run.layout} (${bounds.join(' ')})`),
    '',
    ...(replay.verdict === 'clean' ? [] : ['## What is wrong', '']),
    ...(explanation === null ? [] : [...wrap(explanation, WIDTH), '']),
    ...staleSpans(run).flatMap((span) => item(describeSpan(run, span))),
    ...brokenRules(run).flatMap(item),
    ...(replay.verdict === 'clean' ? [] : ['']),
    '## The steps',
    '',
    '```text',
    formatTable(HEADER, [startRow(run), ...replay.steps.map((_, i) => stepRow(run, i))]),
    '```',
    '',
    ...wrap(NOTE, WIDTH),
    '',
    '## To see it again',
    '',
    '```sh',
    ...reproduceLines(run),
    '```',
    '',
  ].join('\n');
}

const HEADER = ['step', 'event', 'requests', 'root', 'prev_roots'];

const NOTE =
  'Root and prev_roots are as they are after the step, as SPACE|LOW BITS of CR3; requests are those that the ' +
  "handler raised; what an access may read stands under it. A step that breaks one of KVM's rules names it.";

function item(text: string): string[] {
  return wrap(text, WIDTH - 2).map((line, i) => `${i === 0 ? '-' : ' '} ${line}`);
}

function describeSpan({ replay }: TraceRun, { translation, from, to }: StaleSpan): string {
  const event = replay.steps[from - 1]?.event;
  const since = event === undefined ? 'since the start' : `since step ${from} (${formatEvent(event)})`;
  const until = to === replay.steps.length ? ', and at the end' : ` to step ${to}`;
  return `${describeStale(translation)}: stale ${since}${until}.`;
}

/** Every other rule that broke, with the first step that broke it. */
function brokenRules({ replay }: TraceRun): string[] {
  const first = new Map<string, string>();
  for (const [i, { event, breaches }] of replay.steps.entries()) {
    for (const { property, message } of breaches) {
      if (!first.has(property)) {
        first.set(property, `${property} breaks at step ${i + 1} (${formatEvent(event)}): ${message}.`);
      }
    }
  }
  return [...first.values()];
}

function startRow({ replay }: TraceRun): Cell[] {
  return [['0'], ['start'], [], ...rootCells(replay.start.vcpus[0] as Vcpu)];
}

function stepRow({ replay }: TraceRun, index: number): Cell[] {
  const { event, exit, after, breaches } = replay.steps[index] as TraceRun['replay']['steps'][number];
  const what = [
    formatEvent(event),
    ...(exit.sees.length > 0 ? [`  reads ${exit.sees.join(' or ')}`] : []),
    ...breaches.map(({ property }) => `  BREAKS ${property}`),
  ];
  const raised = exit.outcome === '#GP' ? ['#GP'] : exit.requests;
  return [[`${index + 1}`], what, raised, ...rootCells(after.vcpus[event.cpu] as Vcpu)];
}

function rootCells({ mmu }: Vcpu): Cell[] {
  return [[formatRoot(mmu.root)], [mmu.prevRoots.map(formatRoot).join(' ')]];
}
