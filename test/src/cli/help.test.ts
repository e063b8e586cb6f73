import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '../../../src/checker/limits.ts';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { addColorOption } from '../../../src/cli/terminal.ts';
import { WORKLOADS } from '../../../src/cost/workloads.ts';
import { vtlb } from '../../run-vtlb.ts';

const commands = await Promise.all(
  COMMANDS.map(async ({ load }) => addColorOption((await load())(() => {}))),
);
const options = commands.flatMap((command) =>
  command.options.filter(({ hidden }) => !hidden).map((option) => ({ command, option })),
);

/** What a default comes to that the help tells in words; the others are told as they are. */
const IN_WORDS: Readonly<Record<string, unknown>> = {
  'one a processor': availableParallelism(),
  none: {},
  'auto: on a terminal': 'auto',
  'minimal; of a changed kernel every small one': 'minimal',
  'all, cut down until each takes seconds': [],
  'the one of --linux': 'v6.12',
  'the one of the kernel that is booted': 'v6.12',
  'v6.12; with --linux none': [],
  'every small one': [],
  'kvm alone': ['kvm'],
};

/** Defaults that commander does not know. */
const TOLD = {
  '--max-states': 'no limit',
  '--max-seconds': 'no limit',
  '--max-memory': '80 % of what is free',
} as const;

describe('defaults in the help', () => {
  it('in words are what is taken', () => {
    const described = options.filter(({ option }) => option.defaultValueDescription !== undefined);
    for (const { option } of described)
      expect(option.defaultValue, option.flags).toEqual(IN_WORDS[option.defaultValueDescription as string]);
    const words = new Set(described.map(({ option }) => option.defaultValueDescription));
    expect([...words].sort()).toEqual(Object.keys(IN_WORDS).sort());
  });

  it('are told once', () => {
    for (const { command, option } of options) {
      const [, told] = /\(default: (.*)\)/.exec(option.description) ?? [];
      if (told === undefined || command.name() === 'cost') continue;
      expect([option.long, told]).toEqual([option.long, TOLD[option.long as keyof typeof TOLD]]);
      expect(option.defaultValue).toBeUndefined();
    }
  });

  it('of limits are those of a search that is given none', () => {
    const { maxStates, maxSeconds, maxMemory } = defaultLimits();
    expect([maxStates, maxSeconds]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(maxMemory / process.availableMemory()).toBeCloseTo(0.8, 1);
  });

  it('of vtlb cost are the kernels and workloads that it takes', () => {
    const doc = options.find(
      ({ command, option }) => command.name() === 'cost' && option.long === '--kernel',
    );
    const [, told] = /\(default: (.*)\)/.exec(doc?.option.description ?? '') ?? [];
    const { costs } = JSON.parse(vtlb(['cost', '--events', '10', '--json']).stdout) as {
      costs: { kernel: string; workload: string }[];
    };
    expect([...new Set(costs.map(({ kernel }) => kernel))].join(' ')).toBe(told);
    expect(new Set(costs.map(({ workload }) => workload)).size).toBe(WORKLOADS.length);
  });

  it('of vtlb check: a changed kernel is searched on every small layout', () => {
    const args = ['check', '--set', 'smepSet=nothing', '--max-seconds', '1', '--json'];
    expect(JSON.parse(vtlb(args).stdout).searches.length).toBeGreaterThan(10);
    expect(JSON.parse(vtlb(['check', '--bound', 'spaces=1', '--json']).stdout).layout).toBe('minimal');
  });
});

it('vtlb completion has every command and every option of the help', () => {
  const { stdout } = vtlb(['completion', 'bash']);
  for (const { command, option } of options) {
    expect(stdout).toContain(command.name());
    expect(stdout).toContain(option.long);
  }
});
