import type { Work } from '../../spec/state/work.ts';
import type { ReplayStep } from '../replay/replay.ts';
import { formatKernelName } from '../report/check.ts';
import { formatEvent } from '../trace/print.ts';
import { staleSpans } from './stale-spans.ts';
import type { TraceRun } from './trace-run.ts';

/**
 * A Mermaid sequence diagram: the guest's vCPUs, KVM and the hardware; for each step what the guest does, what
 * KVM asks itself and the hardware to do for it, and in notes what was read and what goes stale.
 */
export function toMermaid(run: TraceRun): string {
  const { world, replay } = run;
  const guests = Array.from({ length: world.layout.bounds.vcpus }, (_, cpu) => `G${cpu}`);
  const stale = staleSpans(run);
  const everyone = `${guests[0]},H`;
  const title = `kernel ${formatKernelName(run)}, contract ${run.contract}, layout ${run.layout}: ${replay.verdict}`;
  return [
    'sequenceDiagram',
    ...guests.map(
      (name, cpu) => `participant ${name} as ${guests.length > 1 ? `guest, cpu ${cpu}` : 'guest'}`,
    ),
    'participant K as KVM',
    'participant H as hardware',
    `Note over ${everyone}: ${escapeText(title)}`,
    ...replay.steps.flatMap((step, i) => [
      ...stepLines(step, i + 1),
      ...stale
        .filter(({ from }) => from === i + 1)
        .map(({ translation: { holder, cr3, page, frame } }) =>
          note(everyone, `stale from here: ${holder} of ${cr3.space}|${cr3.low} maps ${page} to ${frame}`),
        ),
      ...step.breaches
        .filter(({ property }) => !replay.steps.slice(0, i).some((past) => breaks(past, property)))
        .map(({ property }) => note('K', `breaks ${property}`)),
    ]),
    '',
  ]
    .map((line, i) => (i === 0 || line === '' ? line : `    ${line}`))
    .join('\n');
}

function stepLines(step: ReplayStep, number: number): string[] {
  const { event, exit, after } = step;
  const guest = `G${event.cpu}`;
  const what = `${number}. ${formatEvent(event)}`;
  if (exit.outcome === '#GP')
    return [arrow(guest, '->>', 'K', what), arrow('K', '-->>', guest, '#GP, nothing changes')];
  const first =
    event.kind === 'host'
      ? arrow('K', '->>', 'K', what)
      : arrow(
          guest,
          '->>',
          after.work.exits > 0 ? 'K' : 'H',
          `${what}${after.work.exits > 0 ? '' : ' (no exit)'}`,
        );
  return [
    first,
    ...(exit.requests.length > 0 ? [note('K', `requests ${exit.requests.join(', ')}`)] : []),
    ...workLines(after.work),
    ...(event.kind === 'access' ? [arrow('H', '-->>', guest, readsOf(step))] : []),
  ];
}

function readsOf({ exit }: ReplayStep): string {
  return exit.sees.length === 0 ? 'nothing is mapped' : `reads ${exit.sees.join(' or ')}`;
}

/** What KVM and the processor did in a step, in the order in which an entry does it. */
function workLines({ rootsFreed, rootLoads, pagesSynced, hardwareFlushes, remoteFlushes }: Work): string[] {
  const inKvm: [number, string][] = [
    [rootsFreed, 'free roots'],
    [rootLoads, 'load a root'],
    [pagesSynced, 'sync shadow pages'],
  ];
  const inHardware: [number, string][] = [
    [remoteFlushes, 'ask all vCPUs for a flush'],
    [hardwareFlushes, 'flush the hardware TLB'],
  ];
  const told = (to: string, [count, what]: [number, string]) =>
    count === 0 ? [] : [arrow('K', '->>', to, count === 1 ? what : `${what} (${count})`)];
  return [...inKvm.flatMap((each) => told('K', each)), ...inHardware.flatMap((each) => told('H', each))];
}

function breaks({ breaches }: ReplayStep, property: string): boolean {
  return breaches.some((breach) => breach.property === property);
}

function arrow(from: string, kind: '->>' | '-->>', to: string, text: string): string {
  return `${from}${kind}${to}: ${escapeText(text)}`;
}

function note(over: string, text: string): string {
  return `Note over ${over}: ${escapeText(text)}`;
}

/**
 * Text as Mermaid takes it: `#` would begin an entity and `;` end the statement; the word `end` closes a block;
 * angle brackets are markup.
 */
function escapeText(text: string): string {
  return text
    .replace(/[#;<>&"%{}]/g, (character) => `#${character.codePointAt(0)};`)
    .replace(/\bend\b/gi, (word) => `#${word.codePointAt(0)};${word.slice(1)}`);
}
