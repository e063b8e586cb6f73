import { formatKernelName } from '../report/check.ts';
import { stepJson } from '../report/replay-json.ts';
import type { TraceRun } from './trace-run.ts';

/** An expression of the format. */
type Itf = string | boolean | readonly Itf[] | { readonly [name: string]: Itf };

/** Fields whose lists are sets: kept in one order here, which means nothing. */
const SETS: readonly string[] = ['guest', 'hardware', 'away', 'loaded', 'sees', 'violations'];

/** What a state says besides the machine: the event that led to it, and what came of it. */
const STEP_VARS = ['event', 'outcome', 'requests', 'sees', 'violations'] as const;

const MACHINE_VARS = ['memory', 'shadow', 'writable', 'vcpus', 'work'] as const;

/** What is a map by the names of pages. */
const BY_PAGE: readonly string[] = ['memory', 'shadow', 'writable'];

/**
 * The Informal Trace Format of Apalache and Quint: N events give N+1 states, the last included. Maps are
 * `memory`, `shadow` and `writable`, by the names of their pages, and `vcpus`, by number. The format has no null: an empty
 * slot or entry is the string `none`.
 *
 * @source Apalache's ADR-015
 */
export function toItf(run: TraceRun): string {
  const { lines, replay } = run;
  const start = { event: 'start', outcome: 'ok', requests: [], sees: [], violations: [] };
  const states = [
    { '#meta': { index: 0 }, ...encodeState({ ...start, ...replay.start }) },
    ...replay.steps.map((step, i) => ({
      '#meta': { index: i + 1, line: lines[i] },
      ...encodeState({ ...stepJson(step, lines[i]), ...step.after }),
    })),
  ];
  const trace = {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source: 'vtlb',
      description: `kernel ${formatKernelName(run)}, contract ${run.contract}, layout ${run.layout}`,
      status: replay.verdict,
    },
    vars: [...STEP_VARS, ...MACHINE_VARS],
    states,
  };
  return `${JSON.stringify(trace, null, 1)}\n`;
}

type Var = (typeof STEP_VARS)[number] | (typeof MACHINE_VARS)[number];

function encodeState(values: Readonly<Record<Var, unknown>>): Record<string, Itf> {
  return Object.fromEntries(
    [...STEP_VARS, ...MACHINE_VARS].map((name) => [name, encode(values[name], name)]),
  );
}

/** @param name the field or variable that has the value */
function encode(value: unknown, name: string): Itf {
  if (value === null) return 'none';
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return { '#bigint': `${value}` };
  if (name === 'vcpus') {
    return { '#map': (value as unknown[]).map((vcpu, cpu) => [encode(cpu, ''), encode(vcpu, '')]) };
  }
  if (Array.isArray(value)) {
    const members = value.map((member) => encode(member, ''));
    return SETS.includes(name) ? { '#set': members } : members;
  }
  const fields = Object.entries(value as object);
  if (BY_PAGE.includes(name)) {
    return { '#map': fields.map(([page, contents]) => [page, encode(contents, '')]) };
  }
  return Object.fromEntries(fields.map(([field, member]) => [field, encode(member, field)]));
}
