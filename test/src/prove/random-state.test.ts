import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { candidatesOf, clauseOf, SAFETY_CLAUSE } from '../../../spec/proof/invariant.ts';
import { LEVEL_COUNTS, vocabularyOf } from '../../../spec/proof/vocabulary.ts';
import { foundInState } from '../../../spec/properties/judge.ts';
import { vtlbWithinGuestTlb } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { Random } from '../../../src/checker/random.ts';
import { Finite, type FiniteState } from '../../../src/prove/finite.ts';
import { type MadeMachine, machineOf } from '../../../src/prove/machine.ts';
import { elementsOf, stateOf } from '../../../src/prove/structure.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { RelationsBeside, withoutSources } from './compare-relations.ts';
import { randomState, SIZES } from './random-state.ts';

/** The candidates that v6.12 has not, and one that asks more than safety needs: hardware holds more here. */
const OTHERS = ['nothing-cached', 'pcidless-nothing-cached', 'hardware-backed'];

/** A page that an entry of a level may name. */
const SOME: Readonly<Record<number, string>> = { 2: 't0', 3: 'd0' };

/** Releases that differ in what they do at the levels that there are. */
const STEPPED: Readonly<Record<number, readonly KernelName[]>> = {
  2: ['v6.12', 'v5.16', 'v5.18'],
  3: ['v6.12', 'v5.14'],
};

describe.each(LEVEL_COUNTS)('random states of four or five of everything, of %i levels', (levels) => {
  const random = new Random(1);
  const states = Array.from({ length: 12 }, () => randomState(random, levels));
  const finite = new Finite(SIZES);
  const { before, components } = vocabularyOf(levels);

  it.each(candidatesOf(levels).filter(({ name }) => !OTHERS.includes(name)))('satisfy $name', (clause) => {
    const holds = finite.formula(clauseOf(clause, before));
    expect(states.filter((values) => !holds(values))).toEqual([]);
  });

  const made = states.map((values) => machineOf({ levels, sizes: SIZES, values }) as MadeMachine);

  it('are machines of the specification, which are read as what they were', () => {
    for (const [i, { layout, machine }] of made.entries()) {
      const state = withoutSources(stateOf(machine, elementsOf(layout)), SIZES.Space);
      const expected = withoutSources(states[i] as FiniteState, SIZES.Space);
      for (const name of components)
        if (!name.startsWith('entry')) expect([name, state[name]]).toEqual([name, expected[name]]);
    }
  });

  it('are safe as a clause where they are as the specification has it, and so are states near them', () => {
    const isSafe = finite.formula(clauseOf(SAFETY_CLAUSE, before));
    const verdicts = { safe: 0, unsafe: 0 };
    for (const values of states)
      for (const name of ['spte', 'linkSpace', 'guestTlb', 'hardwareTlb', 'guestMode'] as const)
        for (let i = 0; i < 4; i++) {
          const changed = { ...values, [name]: someChanged(values[name] as Uint8Array, random) };
          const nearby = machineOf({ levels, sizes: SIZES, values: changed });
          if (nearby === null) continue;
          const { layout, machine } = nearby;
          const world = { kernel: KERNELS['v6.12'], contract: CONTRACTS.kvm, layout };
          const found = foundInState(vtlbWithinGuestTlb, world, machine);
          const read = { ...values, ...stateOf(machine, elementsOf(layout)) };
          expect([name, isSafe(read)]).toEqual([name, found === null]);
          verdicts[found === null ? 'safe' : 'unsafe']++;
        }
    expect(Math.min(...Object.values(verdicts))).toBeGreaterThan(10);
  });

  it.each(STEPPED[levels] ?? [])('%s steps from them as the relations do', (name) => {
    const [first] = made as [MadeMachine];
    // What hangs in the top pages says which stores are tried, and no more: none of their entries is empty here.
    const memory = Object.fromEntries(
      Object.entries(first.layout.memory).map(([page, guest]) => [
        page,
        { ...guest, entries: guest.entries.map((entry) => entry ?? SOME[guest.level] ?? null) },
      ]),
    );
    const layout = { ...first.layout, memory };
    const beside = new RelationsBeside({ kernel: KERNELS[name], contract: CONTRACTS.kvm, layout });
    const { events } = beside;
    const kinds = new Set<string>();
    for (const { machine } of made) {
      const compare = beside.from(machine);
      for (let i = 0; i < 30; i++) {
        const event = events[random.below(events.length)] as Event;
        if (!isOnPath(event, machine)) continue;
        const { verdict, kind } = compare(event);
        expect([formatEvent(event), verdict ?? 'equal']).toEqual([formatEvent(event), 'equal']);
        if (kind !== null) kinds.add(`${kind.event} ${kind.case}`);
      }
    }
    expect(kinds.size).toBeGreaterThan(20);
  });
});

/** Whether a store comes to its entry: no trace takes a directory down. */
function isOnPath(event: Event, { memory }: MadeMachine['machine']): boolean {
  if (event.kind !== 'write-dir' || memory[event.space]?.level === 2) return true;
  const isTop = event.table !== null && memory[event.table]?.level === 2;
  return isTop || memory[event.space]?.entries[event.half === 'user' ? 0 : 1] !== null;
}

/** A part of a state with every twentieth value, or one, put in the place of another. */
function someChanged(part: Uint8Array, random: Random): Uint8Array {
  const changed = part.slice();
  for (let i = 0; i < part.length; i += 20)
    changed[random.below(part.length)] = part[random.below(part.length)] as number;
  return changed;
}
