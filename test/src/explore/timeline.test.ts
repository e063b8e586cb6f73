import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS } from '../../../spec/events/event.ts';
import { DECISIONS } from '../../../spec/kernels/decisions.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { staleTranslations } from '../../../spec/properties/vtlb.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { formatCr3 } from '../../../spec/state/registers.ts';
import { parseLink } from '../../../src/explore/link.ts';
import { brokenSteps, openingStep } from '../../../src/explore/model/broken-steps.ts';
import { consultedIn } from '../../../src/explore/model/consulted.ts';
import { explain } from '../../../src/explore/model/explain.ts';
import { handlerOf } from '../../../src/explore/model/handler.ts';
import { type Timeline, timelineOf } from '../../../src/explore/model/timeline.ts';
import { worldsOf } from '../../../src/explore/model/worlds.ts';
import { type ReplayStep, replay } from '../../../src/replay/replay.ts';
import { formatEvent } from '../../../src/trace/print.ts';

const STALE = 'kernel=v5.13&events=access+u0;write-pte+a:u0+f2;write-pte+b:u0+f2;mov-cr3+b;mov-cr4+pcide=1';

function open(fragment: string) {
  const link = parseLink(fragment);
  const [world] = worldsOf(link);
  const replayed = replay(world, link.events);
  return { world, replayed, timeline: timelineOf(world, replayed) };
}

/** A kernel under which much goes stale. */
const FLUSHES_LITTLE = `v6.12&set=${[
  'addressFlush=nothing',
  'flushGuestService=hardware-only',
  'loadFlush=nothing',
  'loadSync=nothing',
  'movCr3Flush=same-root-only',
  'newPgdHit=nothing',
  'newVpid=nothing',
  'migration=nothing',
  'invvpidRoots=guest-mode',
  'pcidInvalidation=keep-prev-roots',
  'pcideSet=nothing',
].join(',')}`;

/** What a cell says: a line for each label, a stale frame with a `!`, an unused one with a `?`, brackets for outside. */
function read({ groups, rows }: Timeline, at: number, group: string, column: string): string[] {
  const g = groups.findIndex(({ name }) => name === group);
  const c = groups[g]?.columns.findIndex(({ name }) => name === column) ?? -1;
  const marks = { plain: '', within: '', outside: ')', unused: '?', stale: '!' };
  return (rows[at]?.cells[g]?.[c]?.lines ?? []).map(({ label, values }) =>
    [...(label === null ? [] : [`${label}:`]), ...values.map(({ text, mark }) => text + marks[mark])].join(
      ' ',
    ),
  );
}

describe('a trace along its steps', () => {
  const { timeline } = open(STALE);

  it('has a row for the start and for each step, and a column for each thing to watch', () => {
    expect(timeline.rows.map(({ at, event }) => `${at} ${event ?? 'start'}`)).toEqual([
      '0 start',
      '1 access u0',
      '2 write-pte a:u0 f2',
      '3 write-pte b:u0 f2',
      '4 mov-cr3 b',
      '5 mov-cr4 pcide=1',
    ]);
    expect(timeline.groups.map(({ name, columns }) => [name, ...columns.map((each) => each.name)])).toEqual([
      ['registers and roots', 'CR3', 'PCIDE', 'root', 'prev_roots'],
      ['u0', 'entry', 'guest TLB', 'root, prev_roots', 'hardware TLB', 'vTLB within guest'],
    ]);
  });

  it('says what is where after each step', () => {
    expect(read(timeline, 1, 'u0', 'hardware TLB')).toEqual(['0: f1']);
    expect(read(timeline, 2, 'u0', 'entry')).toEqual(['a: f2', 'b: f1']);
    expect(read(timeline, 2, 'u0', 'guest TLB')).toEqual(['0: f1 f2']);
    expect(read(timeline, 4, 'registers and roots', 'prev_roots')).toEqual(['a|0) - -']);
    expect(read(timeline, 4, 'u0', 'root, prev_roots')).toEqual(['b|0: none', 'a|0: f1)']);
  });

  it('draws safety as what the vTLB may show within what the guest may see', () => {
    const safety = [0, 1, 2, 4, 5].map((at) => read(timeline, at, 'u0', 'vTLB within guest'));
    expect(safety).toEqual([
      ['a|0: f1?'],
      ['a|0: f1'],
      ['a|0: f1 f2?'],
      ['b|0: f2?'],
      ['b|0: f2?', 'a|0: f1! f2?'],
    ]);
  });

  it('marks what says something else than in the row above', () => {
    const changed = timeline.rows.map(({ cells }) =>
      cells[0]?.map(({ isChanged }) => (isChanged ? 1 : 0)).join(''),
    );
    expect(changed).toEqual(['0000', '0000', '0000', '0000', '1011', '0101']);
  });

  it('tells the kernel function, the requests and the decision that made the step so', () => {
    const { handler, consulted, breaches } = timeline.rows[5] as Timeline['rows'][number];
    expect(handler).toBe('kvm_set_cr4');
    expect(consulted).toEqual([
      { decision: 'pcideSet', value: 'nothing', acted: true },
      { decision: 'cr4Effects', value: 'exclusive', acted: false },
    ]);
    expect(breaches.map(({ property }) => property)).toContain('vtlb-within-guest-tlb');
    const hit = open('events=access+u0;access+u0;mov-cr3+a+noflush').timeline.rows;
    expect(hit.map(({ handler: name, isFault }) => [name, isFault])).toEqual([
      [null, false],
      ['FNAME(page_fault)', false],
      [null, false],
      [null, true],
    ]);
  });

  it('keeps registers that vary, and knows the pages in which nothing does', () => {
    const some = open('layout=kernel&events=mov-cr4+pge=1;access+u0').timeline;
    expect(some.groups[0]?.columns.map(({ name }) => name)).toContain('PGE');
    const isStill = (events: string) =>
      open(`layout=kernel&events=${events}`).timeline.groups.map((group) => group.isStill);
    expect(isStill('access+u0;access+u0')).toEqual([false, false, true]);
    expect(isStill('access+u0;access+k0')).toEqual([false, false, false]);
    // Where nothing changes in any page, there is nothing to tell them apart by.
    expect(isStill('mov-cr4+smep=1')).toEqual([false, false, false]);
  });

  it.each(['minimal', 'kernel', 'deep', 'smp', 'nested', 'vpids'] as LayoutName[])(
    'has outside the frame exactly what is stale: %s',
    (layout) => {
      let stale = 0;
      for (const kernel of ['v5.13', FLUSHES_LITTLE]) {
        for (const seed of [1, 2, 3, 4]) {
          const {
            world,
            replayed,
            timeline: drawn,
          } = open(`kernel=${kernel}&layout=${layout}&contract=sdm&events=${randomEvents(layout, 40, seed)}`);
          const machines = [replayed.start, ...replayed.steps.map(({ after }) => after)];
          machines.forEach((machine, at) => {
            const expected = staleIn(world, machine);
            expect(outsideFrames(drawn, at)).toEqual(expected);
            stale += expected.length;
          });
        }
      }
      expect(stale).toBeGreaterThan(0);
    },
  );
});

describe('the decisions of a step', () => {
  const stepOf = (fragment: string, at: number) => {
    const { world, replayed } = open(fragment);
    return consultedIn(world, replayed.steps[at - 1] as ReplayStep);
  };
  const acted = (fragment: string, at: number) =>
    stepOf(fragment, at).flatMap(({ decision, acted: did }) => (did ? [decision] : []));

  it('have acted where another value would have made the step another', () => {
    expect(acted('kernel=patch&events=mov-cr3+b;mov-cr4+pcide=1', 2)).toEqual(['pcideSet']);
    expect(acted('kernel=patch&events=mov-cr4+pcide=1;mov-cr3+b+pcid=1;mov-cr3+a+noflush', 3)).toContain(
      'newPgdHit',
    );
  });

  it('have acted at the entry as well as in the handler', () => {
    expect(acted('kernel=v6.12&events=access+u0;mov-cr3+b', 2)).toEqual(
      expect.arrayContaining(['rootReuse', 'loadFlush']),
    );
  });

  it('have not where every value comes to the same, though they were asked', () => {
    const nothingToFlush = stepOf('kernel=v6.12&events=mov-cr4+pcide=1;mov-cr4+pcide=1', 2);
    expect(nothingToFlush).toEqual([{ decision: 'cr4Effects', value: 'independent', acted: false }]);
    const all = stepOf('kernel=v6.12&events=mov-cr3+b', 1);
    expect(all.filter((each) => !each.acted).map(({ decision }) => decision)).toContain('pcidInvalidation');
  });
});

describe('the kernel function of an event', () => {
  it('is one that the spec names', () => {
    const folder = 'spec/kvm';
    const texts = readdirSync(folder).map((file) => readFileSync(`${folder}/${file}`, 'utf8'));
    const named = [...texts, ...Object.values(DECISIONS).map(({ doc }) => doc)].join('\n');
    const events = Object.values(LAYOUTS).flatMap((layout) => buildLayout(layout).events);
    expect(new Set(events.map(({ kind }) => kind)).size).toBe(EVENT_KINDS.length);
    for (const event of events) {
      const handler = handlerOf(event);
      if (handler !== null) expect(named).toContain(handler);
    }
  });
});

describe('broken steps', () => {
  it('are those with something broken that was not so before; a trace opens at the first', () => {
    const { replayed } = open(`${STALE};access+u0;access+u0`);
    expect(replayed.steps.map(({ breaches }) => breaches.length)).toEqual([0, 0, 0, 0, 2, 1, 1]);
    expect(brokenSteps(replayed)).toEqual([5]);
    expect(openingStep([replayed])).toBe(5);
  });

  it('are looked for under every kernel; where nothing breaks, a trace opens at its last', () => {
    const clean = open(STALE.replace('v5.13', 'patch')).replayed;
    expect(openingStep([clean])).toBe(5);
    expect(openingStep([open(`${STALE};access+u0`).replayed, open(`${STALE};access+u0`).replayed])).toBe(5);
    expect(openingStep([clean, open('kernel=v5.13&events=mov-cr3+b;mov-cr4+pcide=1').replayed])).toBe(2);
  });
});

describe('an explanation', () => {
  it.each([
    ['a@wp', 'shadow page of guest page a for the role CR0.WP=1'],
    ['a.u@nowp-smep', 'CR0.WP=0 with CR4.SMEP=1'],
    ['b@wp/1!', 'as a level-1 table, obsolete'],
    ['a|0', 'CR3 value of space a with 0 in bits 11:0'],
    ['f1', 'guest page frame'],
    ['w0', 'window half'],
    ['a.u.dir', 'directory for the user half of space a'],
    ['k', 'which the spaces share'],
  ])('is had of %s', (name, part) => {
    expect(explain(name)).toContain(part);
  });

  it.each(['none', '-', '0', 'f1f', 'mov-cr3', 'constructor', ''])('is not had of %j', (name) => {
    expect(explain(name)).toBeNull();
  });

  it.each(Object.keys(LAYOUTS) as LayoutName[])('is had of every name of a layout: %s', (name) => {
    const { replayed } = open(`layout=${name}&events=${randomEvents(name, 40, 5)}`);
    const { after } = replayed.steps.at(-1) as ReplayStep;
    const { memory, shadow, vcpus } = after;
    const { frames, virtualPages } = buildLayout(LAYOUTS[name]);
    const cr3s = vcpus.map(({ guest }) => formatCr3(guest.cr3));
    for (const each of [...Object.keys(memory), ...Object.keys(shadow), ...frames, ...virtualPages, ...cr3s])
      expect([each, explain(each)]).toEqual([each, expect.stringContaining(`${each}: `)]);
  });
});

/** Events of a layout, drawn by a linear congruential generator. */
function randomEvents(layout: LayoutName, count: number, seed: number): string {
  const { events } = buildLayout(LAYOUTS[layout]);
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return encodeURIComponent(formatEvent(events[(state >>> 8) % events.length] as (typeof events)[number]));
  }).join(';');
}

function staleIn(world: Parameters<typeof staleTranslations>[0], machine: Machine): string[] {
  const stale = staleTranslations(world, machine);
  return [
    ...new Set(stale.map(({ cpu, cr3, page, frame }) => `${cpu} ${formatCr3(cr3)} ${page} ${frame}`)),
  ].sort();
}

function outsideFrames({ groups, rows }: Timeline, at: number): string[] {
  const found = groups.flatMap(({ name, columns }, g) => {
    const [page = '', cpu = '0'] = [name.replace(/^cpu \d+: /, ''), /^cpu (\d+)/.exec(name)?.[1]];
    return columns.flatMap(({ side }, c) =>
      side !== 'inclusion'
        ? []
        : (rows[at]?.cells[g]?.[c]?.lines ?? []).flatMap(({ label, values }) =>
            values
              .filter(({ mark }) => mark === 'stale')
              .map(({ text }) => `${cpu} ${label} ${page} ${text}`),
          ),
    );
  });
  return [...new Set(found)].sort();
}
