import { DECISIONS, type DecisionName } from '../../spec/kernels/decisions.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import { formatScope } from '../check/scopes.ts';
import { WORKLOADS } from '../cost/workloads.ts';
import { COST_EVENTS, type CostComparison } from '../mutate/cost.ts';
import type { Breach, Counts, Explored } from '../mutate/judge.ts';
import { type Base, holds, type MutantFound, type Mutated } from '../mutate/mutate.ts';
import type { MutantProof } from '../mutate/prove-mutant.ts';
import { reasonFor } from '../mutate/reasons.ts';
import { formatEvent } from '../trace/print.ts';
import { formatKernelName, type KernelHeading } from './check.ts';
import { formatCounts, formatStates } from './counts.ts';
import { formatInline } from './inline.ts';

const LEGEND = `needed: with the decision changed to this value, a property breaks, by this trace, a shortest one on its layout.
not needed: no property breaks on any of these layouts, each explored whole; larger ones were not searched.
cost: what it does more or less in ${WORKLOADS.length} workloads of ${COST_EVENTS} events; the same also where none meets the decision.`;

/** What mutating found, for people; the same bytes on every run that no limit stops. */
export function formatMutate(heading: KernelHeading, { base, mutants }: Mutated): string {
  const decisions = [...new Set(mutants.map(({ mutant }) => mutant.decision))];
  const count = (needed: boolean | null) => mutants.filter((judged) => judged.needed === needed).length;
  return [
    `kernel ${formatKernelName(heading)}, contract ${heading.contract}: each decision changed, one at a time`,
    '',
    'The kernel as it is:',
    ...base.flatMap(formatBase),
    '',
    LEGEND,
    ...decisions.flatMap((decision) =>
      formatDecision(
        decision,
        mutants.filter(({ mutant }) => mutant.decision === decision),
        heading,
      ),
    ),
    '',
    `${mutants.length} mutants: ${count(true)} needed, ${count(false)} not needed${count(null) > 0 ? `, ${count(null)} not decided` : ''}.`,
  ].join('\n');
}

function formatBase(base: Base): string[] {
  const { scope, result } = base;
  const line = (verdict: string, counts: Counts | null) =>
    `    ${verdict.padEnd(8)}  ${formatScope(scope)}${counts === null ? '' : `: ${formatCounts(counts)}`}`;
  if (holds(base)) return [line('holds', result)];
  const [broken] = result?.violations ?? [];
  if (result === null || broken === undefined) return [line('STOPPED', result)];
  return [
    `${line('VIOLATED', result)}; no mutant is compared here`,
    `              ${broken.property} breaks: ${formatInline(broken.trace)}`,
  ];
}

function formatDecision(
  decision: DecisionName,
  mutants: readonly MutantFound[],
  heading: KernelHeading,
): string[] {
  return [
    '',
    `${decision}=${mutants[0]?.mutant.from}`,
    `    ${DECISIONS[decision].doc}`,
    ...mutants.flatMap((judged) => formatMutant(judged, heading)),
  ];
}

/** What a mutant is for any number of everything, in words. */
export function formatMutantProof({ verdict, open }: MutantProof): string {
  const unkept = open.filter(({ clause }) => clause !== null);
  const unmodelled = open.filter(({ clause }) => clause === null);
  const unknown = [...new Set(unmodelled.map(({ reason }) => reason))].map((reason) => {
    const events = unmodelled.filter((each) => each.reason === reason).map(({ event }) => event);
    return `${events.join(', ')}: ${reason}`;
  });
  const why = [
    ...unknown,
    ...(unkept.length === 0
      ? []
      : [`${unkept[0]?.event} does not keep ${unkept.map(({ clause }) => clause).join(', ')}`]),
  ].join('; ');
  if (verdict === 'proved') return 'proved';
  if (verdict === 'open') return `open: ${why}`;
  return why === '' ? 'broken by what the proof leaves out; proved without it' : `broken: ${why}`;
}

function formatMutant(judged: MutantFound, heading: KernelHeading): string[] {
  const { proof } = judged;
  return [
    ...formatJudged(judged, heading),
    ...(proof === null ? [] : indent(`any number: ${formatMutantProof(proof)}`)),
  ];
}

function formatJudged(judged: MutantFound, heading: KernelHeading): string[] {
  const { mutant, needed, breach, explored, costs } = judged;
  const head = `  -> ${mutant.to.padEnd(24)}`;
  if (breach !== null && needed === true)
    return [
      `${head}needed: ${breach.property} breaks after ${breach.trace.length} events on ${formatScope(breach.scope)}`,
      ...formatBreach(breach),
      indent(formatCosts(costs)),
      ...(breach.property === SAFETY ? [] : [indent(`safety does not break: ${formatExplored(explored)}`)]),
    ];
  if (needed === null)
    return [`${head}not decided: ${explored.length === 0 ? 'nothing' : 'only a part'} was searched`];
  const reason = reasonFor(heading, mutant);
  return [
    `${head}${explored.some(({ consulted }) => consulted) ? 'not needed' : 'never consulted'}`,
    indent(formatCosts(costs)),
    indent(formatExplored(explored)),
    ...(reason === null ? [] : [indent(`why: ${reason}`)]),
  ];
}

function formatBreach({ trace, message }: Breach): string[] {
  return [...trace.map((event) => `         ${formatEvent(event)}`), indent(message)];
}

function formatExplored(explored: readonly Explored[]): string {
  const searched = explored.filter(({ consulted }) => consulted);
  const others = explored.length - searched.length;
  const layouts = searched.map((each) => `${formatScope(each.scope)} (${formatStates(each)})`);
  if (layouts.length === 0) return `none of the ${others} layouts ever consults it`;
  const same = `; the other ${others} never consult it, and are searched whole as the kernel itself`;
  return `exhaustive on ${layouts.join(', ')}${others === 0 ? '' : same}`;
}

function formatCosts(costs: CostComparison | null): string {
  if (costs === null) return 'cost: not counted';
  const { cost, work } = costs;
  const changes = Object.entries(work).map(([name, more]) => `${name} ${more > 0 ? '+' : ''}${more}`);
  return `cost: ${cost}${changes.length === 0 ? '' : ` (${changes.join(', ')} in 1000 events)`}`;
}

function indent(text: string): string {
  return `         ${text}`;
}
