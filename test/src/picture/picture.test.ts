import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { heldBy } from '../../../spec/properties/judge.ts';
import { contexts, isAllowed, shadowWalk, staleTranslations } from '../../../spec/properties/vtlb.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { pcidOf } from '../../../spec/state/registers.ts';
import { vpidInUse } from '../../../spec/state/vcpu.ts';
import type { World } from '../../../spec/world/world.ts';
import { drawPicture } from '../../../src/picture/draw.ts';
import type { Picture, ShadowPicture, VcpuPicture } from '../../../src/picture/picture.ts';
import { type Replay, replay } from '../../../src/replay/replay.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

/** The shortest way to a stale read before v5.14; the README shows it. */
const COUNTEREXAMPLE = [
  'access u0',
  'write-pte a:u0 f2',
  'write-pte b:u0 f2',
  'mov-cr3 b',
  'mov-cr4 pcide=1',
];

function carryOut(
  events: readonly string[],
  kernel: KernelName = 'v5.13',
  layoutName: LayoutName = 'minimal',
): { world: World; replayed: Replay; pictures: Picture[] } {
  const layout = buildLayout(LAYOUTS[layoutName]);
  const world: World = { layout, kernel: KERNELS[kernel], contract: CONTRACTS.kvm };
  const replayed = replay(
    world,
    parseTrace(events.join('\n'), layout).map(({ event }) => event),
  );
  return {
    world,
    replayed,
    pictures: [0, ...events.keys()].map((_, at) => drawPicture(world, replayed, at)),
  };
}

const texts = (picture: Picture | undefined) => picture?.changes.map(({ text }) => text);
const vcpu = (picture: Picture | undefined, cpu = 0) => picture?.vcpus[cpu] as VcpuPicture;
const slot = (picture: Picture | undefined, holder: string) =>
  vcpu(picture).slots.find((each) => each.holder === holder);
const shadow = (picture: Picture | undefined, id: string) =>
  picture?.tables.flatMap(({ shadows }) => shadows).find((sp) => sp.id === id) as ShadowPicture;

describe('the picture of a counterexample', () => {
  const { pictures } = carryOut(COUNTEREXAMPLE);

  it('starts with nothing to compare with', () => {
    expect(pictures[0]).toMatchObject({ at: 0, step: null, changes: [] });
    expect(vcpu(pictures[0]).registers.map(({ name, value }) => `${name}=${value}`)).toEqual([
      'CR0.WP=1',
      'CR3=a|0',
      'CR4.PCIDE=0',
      'CR4.PGE=0',
      'CR4.SMEP=0',
    ]);
    expect(vcpu(pictures[0]).slots.map(({ holder, root }) => [holder, root?.cr3])).toEqual([
      ['root', 'a|0'],
      ['prev_roots[0]', undefined],
      ['prev_roots[1]', undefined],
      ['prev_roots[2]', undefined],
    ]);
  });

  it('says what each step changed', () => {
    expect(texts(pictures[1])).toEqual([
      'hardware TLB takes in 0:u0=f1',
      'a@wp user none -> a.u@wp',
      'a.u@wp is made',
      'a.u@wp u0 none -> f1',
    ]);
    expect(texts(pictures[2])).toEqual(
      expect.arrayContaining([
        'a.u u0 f1 -> f2',
        'a.u becomes writable',
        'a.u@wp goes unsync',
        'a@wp user is marked',
      ]),
    );
    expect(texts(pictures[4])).toEqual(
      expect.arrayContaining(['CR3 a|0 -> b|0', 'root a|0 -> b|0', 'prev_roots [- - -] -> [a|0 - -]']),
    );
  });

  it('takes prev_roots into the vTLB with PCIDE, and marks what is stale since then', () => {
    expect(slot(pictures[4], 'prev_roots[0]')).toMatchObject({
      inVtlb: false,
      root: {
        cr3: 'a|0',
        unsync: true,
        stale: null,
        translations: [{ page: 'u0', stale: null, staleIfUsed: true }],
      },
    });
    expect(slot(pictures[5], 'prev_roots[0]')).toMatchObject({
      inVtlb: true,
      root: { stale: { since: 5 }, translations: [{ frame: 'f1', stale: { since: 5 }, staleIfUsed: false }] },
    });
    expect(shadow(pictures[4], 'a.u@wp').entries[0]).toMatchObject({ behind: true, stale: null });
    expect(shadow(pictures[5], 'a.u@wp').entries[0]).toMatchObject({ behind: true, stale: { since: 5 } });
    expect(pictures[5]?.step?.breaches.map(({ property }) => property)).toContain('vtlb-within-guest-tlb');
  });

  it('counts from the first step of the last unbroken run', () => {
    const back = ['access u0', 'write-pte a:u0 f1', 'write-pte a:u0 f2', 'access u0', 'mov-cr4 pcide=0'];
    const { pictures: longer } = carryOut([...COUNTEREXAMPLE, ...back]);
    const staleAt = (at: number) => slot(longer[at], 'prev_roots[0]')?.root?.stale;
    const leafAt = (at: number) => shadow(longer[at], 'a.u@wp').entries[0]?.stale;
    expect([5, 6, 7, 8, 9].map(staleAt)).toEqual([
      { since: 5 },
      { since: 5 },
      null,
      { since: 8 },
      { since: 8 },
    ]);
    expect([5, 6, 7, 8, 9].map(leafAt)).toEqual([5, 6, 7, 8, 9].map(staleAt));
    expect(longer[10]?.vcpus[0]?.slots.some(({ root }) => root?.stale)).toBe(false);
  });

  it('shows the page tables with what shadows them', () => {
    const table = pictures[2]?.tables.find(({ page }) => page === 'a.u');
    expect(table).toMatchObject({
      level: 1,
      writable: true,
      entries: [{ name: 'u0', value: 'f2', isLink: false }],
      shadows: [
        { id: 'a.u@wp', unsync: true, heldBy: [], entries: [{ name: 'u0', value: 'f1', behind: true }] },
      ],
    });
    expect(pictures[2]?.tables.map(({ page }) => page)).toEqual(['a', 'b', 'a.u', 'b.u']);
    expect(shadow(pictures[2], 'a@wp')).toMatchObject({
      heldBy: ['root'],
      entries: [{ name: 'user', value: 'a.u@wp', isLink: true, unsyncChild: true }],
    });
  });

  it('knows no state beyond the last', () => {
    const { world, replayed } = carryOut(COUNTEREXAMPLE);
    expect(() => drawPicture(world, replayed, 6)).toThrow('no state 6: expected 0 to 5');
  });
});

describe('the hardware TLB and the guest TLB', () => {
  it('stand side by side, tag by tag', () => {
    const { pictures } = carryOut(['mov-cr4 pcide=1', 'access u0', 'mov-cr3 b pcid=1', 'access u0'], 'v6.12');
    const rows = vcpu(pictures[4]).tags.map(({ tag, active, hardware, guest }) => ({
      tag,
      active,
      hardware: hardware.map(({ page, frame, inVtlb }) => `${page}=${frame} ${inVtlb}`),
      guest: guest.map(({ page, frame }) => `${page}=${frame}`),
    }));
    expect(rows).toEqual([
      { tag: 0, active: false, hardware: [], guest: ['u0=f1'] },
      { tag: 1, active: true, hardware: ['u0=f1 true'], guest: ['u0=f1'] },
    ]);
  });

  it('prefixes what changes with the vCPU where there are several', () => {
    const { pictures } = carryOut(['cpu 1: mov-cr4 pcide=1'], 'v6.12', 'smp');
    expect(texts(pictures[1])).toContain('cpu 1: CR4.PCIDE 0 -> 1');
  });
});

describe('on every state of many traces', () => {
  const walks: [LayoutName, KernelName][] = [
    ['minimal', 'v5.13'],
    ['kernel', 'v5.13'],
    ['shared', 'v5.12'],
    ['deep', 'v6.12'],
    ['smp', 'v5.13'],
    ['roles', 'v5.13'],
    ['faults', 'v6.1'],
    ['nested', 'v5.13'],
    ['window', 'v5.13'],
  ];
  it.each(walks)('marks on layout %s what is stale, and nothing else', (layout, kernel) => {
    let stale = 0;
    for (let seed = 1; seed <= 6; seed++) {
      const built = buildLayout(LAYOUTS[layout]);
      const world: World = { layout: built, kernel: KERNELS[kernel], contract: CONTRACTS.sdm };
      let random = seed;
      const events = Array.from({ length: 40 }, () => {
        random = (random * 48271) % 0x7fffffff;
        return built.events[random % built.events.length];
      }).filter((event) => event !== undefined);
      const replayed = replay(world, events);
      for (const [at, machine] of [replayed.start, ...replayed.steps.map(({ after }) => after)].entries()) {
        const picture = drawPicture(world, replayed, at);
        expect(marked(picture)).toEqual(expectedMarks(world, machine));
        stale += marked(picture).length;
        for (const since of sinces(picture)) {
          for (const step of [since, at]) {
            expect(staleTranslations(world, machineAt(replayed, step))).not.toEqual([]);
          }
        }
      }
    }
    if (layout === 'minimal') expect(stale).toBeGreaterThan(0);
  });
});

const machineAt = (replayed: Replay, at: number): Machine =>
  at === 0 ? replayed.start : (replayed.steps[at - 1]?.after as Machine);

/** What is marked in the slots and hardware TLBs of a picture. */
function marked(picture: Picture): string[] {
  const found = picture.vcpus.flatMap(({ cpu, slots, tags }) => [
    ...slots.flatMap(({ holder, root }) =>
      (root?.translations ?? [])
        .filter(({ stale }) => stale !== null)
        .map(({ page, frame }) => `${cpu} ${holder} ${page}=${frame}`),
    ),
    ...tags.flatMap(({ hardware }) =>
      hardware
        .filter(({ stale }) => stale !== null)
        .map(({ page, frame, tag }) => `${cpu} hardware TLB ${tag} ${page}=${frame}`),
    ),
  ]);
  return [...new Set(found)].sort();
}

/** What a context would use and may not get, by each place that keeps it. */
function expectedMarks(world: World, machine: Machine): string[] {
  const found = machine.vcpus.flatMap((vcpu, cpu) =>
    contexts(vcpu).flatMap((context) =>
      heldBy(world.layout, machine, cpu)
        .filter(({ pcid }) => pcid === pcidOf(vcpu.guest.cr4, context.root.pgd))
        .filter((held) => !isAllowed(world, machine, context, held))
        .flatMap(({ pcid, page, frame, by }) =>
          [
            ...(shadowWalk(world, machine, context, page) === frame ? [context.holder] : []),
            ...(by[vpidInUse(vcpu.guest)].hardware ? [`hardware TLB ${pcid}`] : []),
          ].map((holder) => `${cpu} ${holder} ${page}=${frame}`),
        ),
    ),
  );
  return [...new Set(found)].sort();
}

function sinces({ vcpus }: Picture): number[] {
  return vcpus.flatMap(({ slots, tags }) =>
    [
      ...slots.flatMap(({ root }) => root?.translations ?? []),
      ...tags.flatMap(({ hardware }) => hardware),
    ].flatMap(({ stale }) => (stale === null ? [] : [stale.since])),
  );
}

describe('the picture of a nested guest with a VPID of its own', () => {
  it('shows what waits under the other VPID, and in the changes which is in use', () => {
    const { pictures } = carryOut(
      ['mov-cr4 pcide=1', 'nested enter a vpid=same', 'access u0', 'nested exit a', 'write-pte a:u0 f2'],
      'v6.12',
      'vpids',
    );
    const elsewhere = pictures.map((picture) =>
      Object.fromEntries(
        vcpu(picture).elsewhere.map(({ name, entries }) => [name, entries.map(({ frame }) => frame)]),
      ),
    );
    const notes = pictures.map((picture) => vcpu(picture).notes.map(({ text }) => text));
    const inside = ['L2 runs', 'the VPID of L2 is in use'];
    expect(notes).toEqual([[], [], inside, inside, [], []]);
    expect(elsewhere[3]?.['hardware TLB under the other VPID']).toEqual([]);
    expect(elsewhere[4]?.['hardware TLB under the other VPID']).toEqual(['f1']);
    expect(elsewhere[4]?.['guest TLB under the other VPID']).toEqual(['f1']);
    expect(texts(pictures[2])).toContain('the VPID of L2 is in use');
    expect(texts(pictures[4])).toContain('the VPID of L1 is in use');
    expect(texts(pictures[4])?.join('\n')).not.toContain('TLB');
    expect(texts(pictures[5])).toContain('guest TLB under the other VPID takes in 0:u0=f2');
  });
});

describe('the picture of a page that is walked at two levels', () => {
  it('shows a shadow of it for each, with links in the upper one alone', () => {
    const { pictures } = carryOut(['access w0', 'mov-cr3 b', 'access u0'], 'v6.12', 'window');
    const top = pictures[3]?.tables.find(({ page }) => page === 'b');
    const [upper, table] = ['b@wp', 'b@wp/1'].map((wanted) => top?.shadows.find(({ id }) => id === wanted));
    expect(upper?.entries.map(({ value, isLink }) => [value, isLink])).toEqual([
      ['b.u@wp', true],
      [null, false],
    ]);
    expect(table?.entries.map(({ value, isLink, behind }) => [value, isLink, behind])).toEqual([
      ['b.u', false, false],
      [null, false, false],
    ]);
    const window = pictures[3]?.tables.find(({ page }) => page === 'a')?.shadows[0]?.entries[1];
    expect(window).toMatchObject({ name: 'window', value: 'b@wp/1', isLink: true, behind: false });
  });
});
