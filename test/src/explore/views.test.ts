import { describe, expect, it } from 'vitest';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { stateKey } from '../../../src/engine/state-key.ts';
import { type Link, parseLink } from '../../../src/explore/link.ts';
import { divergences } from '../../../src/explore/model/divergence.ts';
import { invariantAt } from '../../../src/explore/model/invariant.ts';
import { neighbourhood, successors } from '../../../src/explore/model/neighbourhood.ts';
import { phasesOf } from '../../../src/explore/model/phases.ts';
import { statusesAt } from '../../../src/explore/model/statuses.ts';
import { worldsOf } from '../../../src/explore/model/worlds.ts';
import { type Replay, type ReplayStep, replay } from '../../../src/replay/replay.ts';
import { formatEvent } from '../../../src/trace/print.ts';

const STALE = 'events=access+u0;write-pte+a:u0+f2;write-pte+b:u0+f2;mov-cr3+b;mov-cr4+pcide=1';

function open(fragment: string) {
  const link: Link = parseLink(fragment);
  const worlds = worldsOf(link);
  const replays = worlds.map((world) => replay(world, link.events)) as [Replay, ...Replay[]];
  return { link, world: worlds[0], worlds, replayed: replays[0], replays };
}

describe('the key of a state', () => {
  it('does not depend on the order in which pages and fields came to be', () => {
    const { replayed } = open(`kernel=v5.13&${STALE}`);
    const { after } = replayed.steps[4] as ReplayStep;
    const backwards = JSON.parse(JSON.stringify(after), (_, value) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).reverse())
        : value,
    ) as Machine;
    expect(stateKey(backwards)).toBe(stateKey(after));
    expect(stateKey({ ...after, work: { ...after.work, exits: 7 } })).toBe(stateKey(after));
  });

  it('tells states apart', () => {
    const { replayed } = open(`kernel=v5.13&${STALE}`);
    const keys = [replayed.start, ...replayed.steps.map(({ after }) => after)].map(stateKey);
    expect(new Set(keys).size).toBe(6);
    const changed = copyMachine(replayed.start);
    changed.vcpus[0]?.mmu.requests.push('TLB_FLUSH');
    expect(stateKey(changed)).not.toBe(stateKey(replayed.start));
  });
});

describe('the events that a state offers', () => {
  it('are all of the layout, those that fault and those that change nothing marked', () => {
    const { world, replayed } = open('layout=minimal');
    const found = successors(world, replayed.start);
    expect(found.map(({ event }) => event)).toEqual(world.layout.events);
    const of = (text: string) => found.find(({ event }) => formatEvent(event) === text);
    expect(of('mov-cr3 a noflush')).toMatchObject({ outcome: '#GP', same: true, breaks: [] });
    expect(of('mov-cr4 pcide=0')).toMatchObject({ outcome: 'ok', same: true });
    expect(of('access u0')).toMatchObject({ outcome: 'ok', same: false, breaks: [] });
  });

  it('say what they would break, but not what is broken already', () => {
    const { world, replayed } = open(`kernel=v5.13&${STALE}`);
    const at = (step: number) => successors(world, (replayed.steps[step - 1] as ReplayStep).after);
    const pcideSet = at(4).find(({ event }) => formatEvent(event) === 'mov-cr4 pcide=1');
    expect(pcideSet?.breaks).toEqual(['vtlb-within-guest-tlb', 'prev-roots-outside-vtlb']);
    const access = at(5).find(({ event }) => formatEvent(event) === 'access u0');
    expect(access).toMatchObject({ broken: ['vtlb-within-guest-tlb'], breaks: [] });
  });
});

describe('a neighbourhood', () => {
  const { world, replayed } = open('layout=minimal');

  it('has each state once, on a shortest path', () => {
    const { states, edges, left } = neighbourhood(world, replayed.start, 2, 1000);
    expect(left).toBe(0);
    expect(new Set(states.map(({ machine }) => stateKey(machine))).size).toBe(states.length);
    for (const { path, depth, machine } of states) {
      expect(path).toHaveLength(depth);
      const { steps, start } = replay(world, path);
      expect(stateKey(steps.at(-1)?.after ?? start)).toBe(stateKey(machine));
    }
    for (const { from, to, events } of edges) {
      for (const event of events) {
        const { steps } = replay(world, [...(states[from]?.path ?? []), event]);
        expect(stateKey(steps.at(-1)?.after as Machine)).toBe(stateKey(states[to]?.machine as Machine));
      }
    }
    expect(states.filter(({ depth }) => depth === 1).length).toBeGreaterThan(4);
    expect(Math.max(...states.map(({ depth }) => depth))).toBe(2);
  });

  it('is as large as it may be, and says how much is left out', () => {
    const whole = neighbourhood(world, replayed.start, 2, 1000);
    const part = neighbourhood(world, replayed.start, 2, 10);
    expect(part.states).toHaveLength(10);
    expect(part.left).toBeGreaterThan(0);
    expect(part.left).toBeLessThanOrEqual(whole.states.length - 10);
  });
});

describe('two kernels on the same events', () => {
  const part = (fragment: string) => {
    const { replays, worlds } = open(fragment);
    return divergences(replays as [Replay, Replay], [worlds[0], worlds[1] ?? worlds[0]]);
  };

  it('part inside KVM at each step that makes a new difference', () => {
    expect(part(`kernel=v5.13&versus=patch&${STALE};mov-cr3+b`)).toEqual([
      { step: 4, seen: [], inside: ['requests none -> MMU_SYNC TLB_FLUSH_CURRENT'] },
      { step: 5, seen: [], inside: ['requests none -> MMU_RELOAD', 'prev_roots [a|0 - -] -> [- - -]'] },
      { step: 6, seen: [], inside: ['requests TLB_FLUSH_CURRENT -> MMU_SYNC TLB_FLUSH_CURRENT'] },
    ]);
  });

  it('part for the guest where an access reads something else', () => {
    const seen = part(`kernel=v5.13&versus=patch&${STALE};mov-cr3+a+noflush;access+u0`).filter(
      (each) => each.seen.length > 0,
    );
    expect(seen).toMatchObject([{ step: 7, seen: ['reads f1 -> f2'] }]);
  });

  it('do not part where they are the same', () => {
    expect(part(`kernel=patch&versus=patch&${STALE}`)).toEqual([]);
  });

  it('say what differs in the state', () => {
    expect(part('kernel=v5.14&versus=patch&events=mov-cr3+b')[0]?.inside).toContain(
      'prev_roots [- - -] -> [a|0 - -]',
    );
  });
});

describe('a step taken apart', () => {
  it('has its changes in three parts, which together make the step', () => {
    const { world, replayed } = open('kernel=v6.12&events=access+u0;write-pte+a:u0+f2;mov-cr3+b;mov-cr3+a');
    const step = replayed.steps[3] as ReplayStep;
    const [exit, enter, speculate] = phasesOf(world, step);
    expect(exit?.changes.map(({ text }) => text)).toContain('root b|0 -> a|0');
    expect(exit?.changes.map(({ text }) => text)).toContain(
      `requests none -> ${step.exit.requests.join(' ')}`,
    );
    expect(enter?.changes.map(({ text }) => text)).toContain('a.u@wp is synced');
    expect(speculate?.changes.map(({ text }) => text)).toContain('guest TLB takes in 0:u0=f2');
  });
});

describe('the status of properties', () => {
  const { world, replayed } = open(`kernel=v5.13&${STALE}`);
  const statusOf = (at: number, name: string) =>
    statusesAt(world, replayed, at).find((each) => each.name === name);

  it('is told before, at and after a step', () => {
    expect(statusOf(5, 'vtlb-within-guest-tlb')).toMatchObject({
      before: null,
      during: undefined,
      after: 'cpu 0: prev_roots[0] (a|0) still maps u0 to f1',
    });
    expect(statusOf(5, 'prev-roots-outside-vtlb')).toMatchObject({
      before: undefined,
      during: 'prev_roots[0] (a|0) survives CR4.PCIDE 0->1',
      after: undefined,
    });
  });

  it('at the start has nothing before', () => {
    expect(statusOf(0, 'vtlb-within-guest-tlb')).toMatchObject({ before: undefined, after: null });
    expect(statusOf(0, 'prev-roots-outside-vtlb')).toMatchObject({ during: undefined });
  });
});

describe('the invariant', () => {
  const at = (fragment: string, step: number) => {
    const { world, replayed } = open(fragment);
    return invariantAt(world, replayed, step);
  };
  const clausesOf = (status: ReturnType<typeof at>) => ('clauses' in status ? status.clauses : []);

  it('names what breaks a clause, from the step on that does it', () => {
    const broken = (step: number) =>
      clausesOf(at(`kernel=v5.13&${STALE}`, step)).flatMap(({ name, breaks }) =>
        breaks.map((entry) => `${name} ${entry}`),
      );
    const cached = ['nothing-cached cpu 0: a|0 (wp)'];
    expect(broken(3)).toEqual([]);
    expect(broken(4)).toEqual([...cached, 'pcidless-nothing-cached cpu 0: a|0 (wp)']);
    expect(broken(5)).toEqual([
      'vtlb-within-guest-tlb cpu 0: a|0 (wp) u0=f1',
      'cached-loaded cpu 0: a|0 (wp)',
      'shadow-held cpu 0: a|0 (wp) u0=f1',
      ...cached,
    ]);
  });

  it('names what makes a clause true', () => {
    const status = at('layout=kernel&events=access+u0;write-pte+a:u0+f2;access+k0', 3);
    const keeps = (name: string) => clausesOf(status).find((each) => each.name === name)?.keeps;
    expect(status).toMatchObject({ isProved: true });
    expect(keeps('root-matches-cr3')).toEqual(['cpu 0']);
    expect(keeps('unsync-marked-upwards')).toEqual(['a@wp user']);
    expect(keeps('synced-pages-agree')).toEqual(['k@wp k0']);
    expect(keeps('hardware-backed')).toEqual([
      'cpu 0: a|0 (wp) u0=f1 from a',
      'cpu 0: a|0 (wp) k0=f1 from a',
    ]);
    expect(keeps('pcidless-hardware')).toEqual(['cpu 0: 0:u0=f1', 'cpu 0: 0:k0=f1']);
    expect(keeps('no-obsolete-root-at-entry')).toEqual([]);
  });

  it('speaks of directories where there are some', () => {
    const status = at('kernel=v6.12&layout=deep&events=access+u0;write-pte+a:u0+f2', 2);
    expect(status).toMatchObject({ isProved: true });
    const keeps = (name: string) => clausesOf(status).find((clause) => clause.name === name)?.keeps;
    expect(keeps('unsync-marked-upwards')).toEqual(['a@wp user']);
    expect(keeps('directory-unsync-marked-upwards')).toEqual(['a.u.dir@wp entry 0']);
    expect(keeps('directory-links-agree')).toEqual(['a.u.dir@wp entry 0']);
  });

  it('is that of the kernel, where it has one', () => {
    const names = (fragment: string) => clausesOf(at(fragment, 0)).map(({ name }) => name);
    expect(names('kernel=v6.12')).not.toContain('nothing-cached');
    expect(names('kernel=naive')).toContain('nothing-cached');
    for (const fragment of ['kernel=v5.13', 'contract=sdm', 'set=pcideSet=nothing'])
      expect(at(fragment, 0)).toMatchObject({ isProved: false });
    expect(at('set=pcideSet=unload', 0)).toMatchObject({ isProved: true });
  });

  it('says what the proof leaves out', () => {
    expect(at('layout=window', 0)).toEqual({
      beyond: 'a page that is walked at two levels, which layout window has',
    });
    expect(at('set=syncProtects=without-flush', 0)).toEqual({ beyond: 'syncProtects=without-flush' });
    const nested = 'layout=vpids&events=access+u0;nested+enter+b+vpid=new';
    expect(at(nested, 1)).toMatchObject({ isProved: true });
    expect(at(nested, 2)).toEqual({ beyond: 'nested enter b vpid=new, which is step 2' });
  });
});
