import { afterEach, expect, it, vi } from 'vitest';
import { Exploration } from '../../src/checker/exploration.ts';
import { FactTable, JOINED } from '../../src/checker/fact-table.ts';
import { RowQueue } from '../../src/checker/rows.ts';
import { Stages } from '../../src/engine/memo/stages.ts';
import { RowRenaming } from '../../src/engine/symmetry/rename-rows.ts';
import { compare } from './compare.ts';
import type { Configuration } from './configuration.ts';
import { EXAMPLES, type Example } from './examples.ts';
import { minimise } from './minimise.ts';
import { describeDiffering } from './report.ts';

afterEach(() => void vi.restoreAllMocks());

/** Something that is broken in the checker or the engine. */
interface Fault {
  readonly what: string;
  /** The example that shows it. */
  readonly by: Example['what'];
  readonly seed: () => void;
}

/** Has a method do something else, given what it does. */
function broken<C extends object, M extends keyof C>(
  prototype: C,
  method: M,
  make: (self: C, right: (...args: never[]) => unknown) => (...args: never[]) => unknown,
): void {
  const right = prototype[method] as (...args: never[]) => unknown;
  // biome-ignore lint/suspicious/noExplicitAny: a method of any class
  vi.spyOn(prototype, method as any).mockImplementation(function (this: C, ...args: never[]) {
    return make(this, right.bind(this) as typeof right)(...args);
  } as never);
}

const FAULTS: readonly Fault[] = [
  {
    what: 'a state in twenty is never expanded',
    by: 'TLBs whole',
    seed: () => {
      let pushed = 0;
      broken(RowQueue.prototype, 'push', (_, push) => (...args) => {
        if (++pushed % 20 !== 0) push(...args);
      });
    },
  },
  {
    what: 'a state that gains facts is not expanded again',
    by: 'TLBs apart, with CR3 values loaded',
    seed: () =>
      broken(FactTable.prototype, 'join', (_, join) => (...args) => {
        const joined = join(...args) as number;
        return (joined & JOINED.isNew) === 0 ? joined & ~JOINED.wakes : joined;
      }),
  },
  {
    what: 'a search that is resumed has lost the states of the next level',
    by: 'stopped and resumed',
    seed: () =>
      broken(Exploration.prototype, 'resumed', (self, resumed) => () => {
        while (self.next.length > 0) self.next.shift();
        resumed();
      }),
  },
  {
    what: 'no flush of the hardware TLB reaches it',
    by: 'TLBs apart, under sdm',
    seed: () => dropping('hardware'),
  },
  {
    what: 'what a renamed row has in its first word is not renamed',
    by: 'TLBs apart, renamed',
    seed: () =>
      broken(RowRenaming.prototype, 'word', (_, word) => (...args) => {
        const [row, at] = args as unknown as [Int32Array, number];
        return at === 0 ? row[0] : word(...args);
      }),
  },
];

/** Loses what events do to some TLBs. */
function dropping(on: string): void {
  type Port = (vcpu: unknown, effect: { readonly on: string }) => void;
  type Parts = { portTo(changes: unknown): Port };
  broken(Stages.prototype as unknown as Parts, 'portTo', (_, portTo) => (changes) => {
    const port = portTo(changes) as Port;
    return (vcpu: unknown, effect: { readonly on: string }) => {
      if (effect.on !== on) port(vcpu, effect);
    };
  });
}

it.each(FAULTS.map((fault) => [fault.what, fault] as const))('is seen: %s', async (_, { seed, by }) => {
  seed();
  const { configuration } = EXAMPLES.find(({ what }) => what === by) as Example;
  const { differences } = await compare(configuration);
  expect(differences).not.toEqual([]);
});

it('what differs is made smaller, and told as a command', async () => {
  const { seed } = FAULTS.find(({ what }) => what === 'no flush of the hardware TLB reaches it') as Fault;
  const { configuration: example } = EXAMPLES.find(({ what }) => what === 'TLBs whole, renamed') as Example;
  const configuration: Configuration = { ...example, set: { initReset: 'nothing' }, stops: [50] };
  seed();
  const least = await minimise({ configuration, compared: await compare(configuration) });
  expect(least.compared.differences).not.toEqual([]);
  expect(least.configuration).toMatchObject({ set: {}, symmetry: false, stops: [] });
  expect(least.configuration.bounds.cachedRoots).toBe(0);
  const text = describeDiffering('smaller:', least);
  expect(text).toContain('the checker fails: cannot happen: the spec keeps hardware-entries-backed');
  expect(text).toMatch(/npx vtlb check --kernel v6.12 .*--layout races --tlbs whole --bound pcids=1 --bound/);
});
