import { describe, expect, it } from 'vitest';
import { exportTrace } from '../../../src/export/formats.ts';
import { runTrace } from '../../../src/export/trace-run.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { ALL_RUNS, scenarioRun } from './runs.ts';

type Json = null | string | number | boolean | Json[] | { [name: string]: Json };
interface State {
  readonly '#meta': { readonly index: number };
  readonly [name: string]: unknown;
}

/**
 * Reads an expression of the format, by Apalache's ADR-015, into plain values: sets and lists are arrays, maps
 * and records are objects. Throws at whatever the format does not have.
 */
function decode(value: Json): unknown {
  if (typeof value === 'string') return value === 'none' ? null : value;
  if (typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(decode);
  if (typeof value !== 'object' || value === null) throw new Error(`no expression: ${JSON.stringify(value)}`);
  const names = Object.keys(value);
  if (!names.some((name) => name.startsWith('#'))) {
    return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, decode(field)]));
  }
  const [name, content] = [names.join(), Object.values(value)[0]];
  if (name === '#bigint' && typeof content === 'string' && /^-?\d+$/.test(content)) return Number(content);
  if (name === '#set' && Array.isArray(content)) return distinct(content).map(decode);
  if (name === '#map' && Array.isArray(content)) {
    const pairs = content.map((pair) => {
      if (!Array.isArray(pair) || pair.length !== 2) throw new Error(`no pair: ${JSON.stringify(pair)}`);
      return pair.map(decode) as [string | number, unknown];
    });
    distinct(pairs.map(([key]) => key));
    return Object.fromEntries(pairs);
  }
  throw new Error(`no expression: ${JSON.stringify(value)}`);
}

function distinct<T>(values: T[]): T[] {
  if (new Set(values.map((value) => JSON.stringify(value))).size !== values.length) {
    throw new Error(`members that are the same: ${JSON.stringify(values)}`);
  }
  return values;
}

/** The states of a trace in the format, with the fields that a reader may rely on checked. */
function readStates(text: string): State[] {
  const trace = JSON.parse(text) as { vars: string[]; states: Record<string, Json>[] } & Record<string, Json>;
  for (const name of Object.keys(trace))
    expect(['#meta', 'params', 'vars', 'states', 'loop']).toContain(name);
  expect(trace.vars.every((name) => typeof name === 'string' && !name.startsWith('#'))).toBe(true);
  return trace.states.map(({ '#meta': meta, ...values }) => {
    expect(Object.keys(values).sort()).toEqual([...trace.vars].sort());
    const decoded = Object.entries(values).map(([name, value]) => [name, decode(value)]);
    return { '#meta': meta, ...Object.fromEntries(decoded) } as State;
  });
}

describe('a trace in the Informal Trace Format', () => {
  it.each(ALL_RUNS)(
    'has a state for each machine of $name, the last included, and they decode to it',
    ({ run }) => {
      const { start, steps } = run.replay;
      const states = readStates(exportTrace('itf', run));
      expect(states.length).toBe(steps.length + 1);
      for (const [i, machine] of [start, ...steps.map(({ after }) => after)].entries()) {
        const {
          memory,
          shadow,
          writable,
          vcpus,
          work,
          event,
          outcome,
          requests,
          sees,
          violations,
          '#meta': meta,
        } = states[i] as State;
        expect({ memory, shadow, writable, vcpus: Object.values(vcpus as object), work }).toEqual(machine);
        const step = steps[i - 1];
        expect({ event, outcome, requests, sees, violations }).toEqual({
          event: step === undefined ? 'start' : formatEvent(step.event),
          outcome: step?.outcome ?? 'ok',
          requests: step?.exit.requests ?? [],
          sees: step?.exit.sees ?? [],
          violations: step?.breaches.map(({ property }) => property) ?? [],
        });
        expect(meta.index).toBe(i);
      }
    },
  );

  it('has vCPUs by number, and TLBs as sets', () => {
    const { states } = JSON.parse(exportTrace('itf', runTrace({ layout: 'smp' }, 'cpu 1: access u0')));
    const { vcpus } = states[1];
    expect(vcpus['#map'].map(([cpu]: [unknown]) => cpu)).toEqual([{ '#bigint': '0' }, { '#bigint': '1' }]);
    expect(vcpus['#map'][1][1].tlbs.vpid01.hardware).toEqual({
      '#set': [{ pcid: { '#bigint': '0' }, page: 'u0', frame: 'f1' }],
    });
  });

  it('says where it comes from', () => {
    const { '#meta': meta } = JSON.parse(
      exportTrace('itf', scenarioRun('message-mov-cr3', { kernel: 'v5.13' })),
    );
    expect(meta).toEqual({
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source: 'vtlb',
      description: 'kernel v5.13, contract kvm, layout minimal',
      status: 'stale',
    });
  });

  it.each([null, 1.5, { '#bigint': 1 }, { '#map': [['a']] }, { '#set': ['a', 'a'] }, { '#frob': [] }])(
    'is not taken for one by the reader of this test if it has %j',
    (value) => {
      expect(() => decode(value as Json)).toThrow();
    },
  );
});
