import { MACHINE } from '../../spec/schema/schema.ts';
import type { AnySchema, AnySort } from '../../spec/schema/sorts.ts';
import type { Machine } from '../../spec/state/machine.ts';
import { formatKernelName } from '../report/check.ts';
import { stepJson } from '../report/replay-json.ts';
import type { TraceRun } from './trace-run.ts';

/** An expression of the format. */
type Itf = string | boolean | readonly Itf[] | { readonly [name: string]: Itf };

/** What a state says besides the machine: the event that led to it, and what came of it. */
const STEP_VARS = ['event', 'outcome', 'requests', 'sees', 'violations'] as const;

/** Those whose lists are sets: kept in one order here, which means nothing. */
const SETS: readonly string[] = ['sees', 'violations'];

/**
 * The Informal Trace Format of Apalache and Quint: N events give N+1 states, the last included. Maps are
 * `memory`, `shadow` and `writable`, by the names of their pages, and `vcpus`, by number. The format has no null: an empty
 * slot or entry is the string `none`. What a step of Linux's own code costs, its `work`, is not known.
 *
 * @source Apalache's ADR-015
 */
export function toItf(run: TraceRun): string {
  const { linux, lines, replay } = run;
  const vars = Object.keys(MACHINE).filter((name) => linux === undefined || name !== 'work');
  const start = { event: 'start', outcome: 'ok', requests: [], sees: [], violations: [] };
  const states = [
    { '#meta': { index: 0 }, ...encodeState(start, replay.start, vars) },
    ...replay.steps.map((step, i) => ({
      '#meta': { index: i + 1, line: lines[i] },
      ...encodeState(stepJson(step, lines[i]), step.after, vars),
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
    vars: [...STEP_VARS, ...vars],
    states,
  };
  return `${JSON.stringify(trace, null, 1)}\n`;
}

type StepValues = Readonly<Record<(typeof STEP_VARS)[number], unknown>>;

function encodeState(step: StepValues, machine: Machine, vars: readonly string[]): Record<string, Itf> {
  const ofStep = STEP_VARS.map((name) => [name, SETS.includes(name) ? set(step[name]) : plain(step[name])]);
  const ofMachine = Object.fromEntries(Object.entries(machine).filter(([name]) => vars.includes(name)));
  return { ...Object.fromEntries(ofStep), ...encodeFields(MACHINE, ofMachine) };
}

function encodeFields(schema: AnySchema, part: object): Record<string, Itf> {
  const fields = Object.entries(part);
  return Object.fromEntries(fields.map(([name, value]) => [name, encode(schema[name] as AnySort, value)]));
}

function encode(sort: AnySort, value: unknown): Itf {
  switch (sort.kind) {
    case 'parts':
    case 'register':
      return encodeFields(sort.of, value as object);
    case 'by vpid':
      return Object.fromEntries(entriesOf(sort.of, value));
    case 'by vcpu':
      return map((value as object[]).map((vcpu, cpu) => [plain(cpu), encodeFields(sort.of, vcpu)]));
    case 'by page':
      return map(entriesOf(sort.of, value));
    case 'page flags':
      return map(Object.entries(value as object));
    case 'tlb':
    case 'CR3 values':
      return set(value);
    default:
      return plain(value);
  }
}

function entriesOf(schema: AnySchema, value: unknown): [string, Itf][] {
  return Object.entries(value as object).map(([name, part]) => [name, encodeFields(schema, part)]);
}

const set = (members: unknown): Itf => ({ '#set': (members as unknown[]).map(plain) });
const map = (pairs: readonly (readonly [Itf, Itf])[]): Itf => ({ '#map': pairs });

function plain(value: unknown): Itf {
  if (value === null) return 'none';
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return { '#bigint': `${value}` };
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(Object.entries(value as object).map(([name, field]) => [name, plain(field)]));
}
