import { CONTRACTS } from '../../spec/contracts/named.ts';
import { GUESTS } from '../../spec/guests/named.ts';
import { DECISION_NAMES } from '../../spec/kernels/decisions.ts';
import { KERNELS } from '../../spec/kernels/named.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { SAFETY } from '../../spec/properties/vtlb-within-guest-tlb.ts';
import type { Compared } from './compare.ts';
import type { Configuration } from './configuration.ts';

/** What occurs in a sweep, by dimension: the least share of each of its values, in percent of what is compared. */
const LEAST: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  compared: { holds: 25, violated: 20, prefix: 4, levels: 3 },
  counted: { states: 40, facts: 8, orbits: 4 },
  kernel: each(Object.keys(KERNELS), 3),
  layout: each(Object.keys(LAYOUTS), 2),
  contract: each(Object.keys(CONTRACTS), 35),
  guest: { any: 60, ...each(Object.keys(GUESTS), 2) },
  tlbs: each(['apart', 'whole'], 30),
  symmetry: { 'in force': 10 },
  workers: { 1: 50, 2: 8, 3: 8 },
  resumed: { once: 5, 'more often': 5 },
  'changed decisions': each(['1', '2', '3', '4'], 15),
  'changed decision': { ...each(DECISION_NAMES, 1), 'asked for': 50 },
  broken: { [SAFETY]: 20, 'prev-roots-outside-vtlb': 2, 'synced-pages-agree': 2, 'root-matches-cr3': 2 },
  'as a command': { yes: 1 },
};

function each(names: readonly string[], percent: number): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, percent]));
}

/** How often there is at least, by chance, of what is drawn so often: three standard deviations less. */
const leastOf = (drawn: number) => Math.max(0, Math.ceil(drawn - 3 * Math.sqrt(drawn)));

/** What was compared in a sweep. */
export class Tally {
  readonly #counts = new Map(Object.keys(LEAST).map((dimension) => [dimension, new Map<string, number>()]));
  compared = 0;
  /** Configurations of which nothing could be compared; others took their places. */
  replaced = 0;

  add(
    configuration: Configuration,
    { plain, result, how, counted, resumed }: Compared,
    asCommand: boolean,
  ): void {
    if (how === 'nothing') {
      this.replaced++;
      return;
    }
    this.compared++;
    const { kernel, layout, contract, guest, workers, set } = configuration;
    const changed = Object.keys(set);
    this.#count('compared', how);
    this.#count('counted', ...counted);
    this.#count('kernel', kernel);
    this.#count('layout', layout);
    this.#count('contract', contract);
    this.#count('guest', guest ?? 'any');
    this.#count('tlbs', result?.tlbs ?? '');
    this.#count('symmetry', result?.symmetry ? 'in force' : 'none');
    this.#count('workers', String(workers));
    this.#count('resumed', ['never', 'once'][resumed] ?? 'more often');
    this.#count('changed decisions', String(changed.length));
    this.#count('changed decision', ...changed);
    if (changed.some((decision) => plain.consulted.has(decision)))
      this.#count('changed decision', 'asked for');
    this.#count('broken', ...(result?.violations.map(({ property }) => property) ?? []));
    this.#count('as a command', asCommand ? 'yes' : 'no');
  }

  countOf(dimension: string, value: string): number {
    return this.#counts.get(dimension)?.get(value) ?? 0;
  }

  #count(dimension: string, ...values: readonly string[]): void {
    const counts = this.#counts.get(dimension) as Map<string, number>;
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  }

  /** What occurred how often too seldom, in words. */
  tooFew(): string[] {
    return Object.entries(LEAST).flatMap(([dimension, values]) =>
      Object.entries(values).flatMap(([value, percent]) => {
        const count = this.countOf(dimension, value);
        const least = leastOf((this.compared * percent) / 100);
        return count < least ? [`${dimension} ${value}: ${count}, expected at least ${least}`] : [];
      }),
    );
  }

  /** A line a dimension. */
  summary(): string {
    const lines = [...this.#counts].map(([dimension, counts]) => {
      const values = [...counts].sort(([, one], [, other]) => other - one);
      return `${dimension}: ${values.map(([value, count]) => `${value} ${count}`).join(', ')}`;
    });
    return [`compared ${this.compared}, replaced ${this.replaced}`, ...lines].join('\n');
  }
}
