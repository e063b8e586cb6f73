import { beforeEach, describe, expect, it } from 'vitest';
import { copyMachine } from '../../../../spec/schema/copy.ts';
import type { KvmMachine, Machine } from '../../../../spec/state/machine.ts';
import { REQUESTS } from '../../../../spec/state/requests.ts';
import type { ShadowPage } from '../../../../spec/state/shadow.ts';
import { emptyTlbs, type KvmVcpu, type Root } from '../../../../spec/state/vcpu.ts';
import { initialMachine } from '../../../../spec/step/initial.ts';
import { Allocator } from '../../../../src/engine/rows/allocate.ts';
import { rowLayout } from '../../../../src/engine/rows/layout.ts';
import { EngineError } from '../../../../src/engine/views/engine-error.ts';
import { MachineView } from '../../../../src/engine/views/machine.ts';
import { Packer } from '../../../../src/engine/views/pack.ts';
import { READ_WORDS, Recorder } from '../../../../src/engine/views/recorder.ts';
import { Unpacker } from '../../../../src/engine/views/unpack.ts';
import { type Scope, worldOf } from '../scopes.ts';

/** A machine in a row, and its view. */
class Viewed {
  readonly world;
  readonly recorder;
  readonly view;
  readonly #rows;
  readonly #packer;

  constructor(scope: Scope) {
    this.world = worldOf(scope);
    const { layout, contract } = this.world;
    this.#rows = rowLayout(layout, contract, {
      tlbs: 'apart',
      loadedApart: true,
      strayRoots: false,
      smepRole: 'andnot-wp',
    });
    const scratch = new Allocator(this.#rows.words);
    const requests = this.#rows.vcpus.map(({ cpu }) => scratch.bits(`cpu ${cpu} requests`, 32));
    this.recorder = new Recorder(this.#rows.words + scratch.words);
    this.view = new MachineView(this.recorder, layout, this.#rows, requests, () => {});
    this.#packer = new Packer(layout, this.#rows);
  }

  /** Starts work on a machine. */
  begin(machine: Machine) {
    const row = new Int32Array(this.recorder.row.length);
    this.#packer.pack(machine, row);
    this.recorder.begin(row);
    for (let cpu = 0; cpu < this.#rows.vcpus.length; cpu++) this.recorder.know(this.#rows.words + cpu, 0);
    this.view.begin();
    return this.view.machine;
  }

  /** Ends it; the machine that it leaves. */
  end(): Machine {
    this.view.commit();
    return new Unpacker(this.world.layout, this.#rows).unpack(this.recorder.row);
  }

  /** The fields that were read, by name. */
  get read(): string[] {
    const { path, length } = this.recorder;
    const names: string[] = [];
    for (let at = 0; at < length; at += READ_WORDS) {
      const [word, shift, mask] = path.subarray(at, at + 3);
      const whole = this.#rows.fields.find(
        (field) =>
          field.word === word &&
          field.shift <= (shift as number) &&
          (field.mask << field.shift) & ((mask as number) << (shift as number)),
      );
      names.push(whole?.name ?? 'a word of requests');
    }
    return names;
  }
}

/** A machine as plain values, without TLBs. */
function plain({ vcpus, ...rest }: Machine | KvmMachine) {
  return copyMachine({ ...rest, vcpus: vcpus.map((vcpu) => ({ ...vcpu, tlbs: emptyTlbs() })) });
}

describe('a view', () => {
  const viewed = new Viewed({ layout: 'minimal', kernel: 'v6.12' });
  const start = initialMachine(viewed.world);
  let machine: ReturnType<Viewed['begin']>;
  let vcpu: KvmVcpu;

  beforeEach(() => {
    machine = viewed.begin(start);
    vcpu = machine.vcpus[0] as KvmVcpu;
  });

  describe('of registers', () => {
    it('gives values, which stay when registers are set', () => {
      const { cr3, cr4 } = vcpu.guest;
      vcpu.guest.cr3 = { space: 'b', low: 1 };
      vcpu.guest.cr4 = { ...cr4, pcide: true };
      expect({ ...cr3 }).toEqual({ space: 'a', low: 0 });
      expect(cr4.pcide).toBe(false);
      expect(vcpu.guest.cr4.pcide).toBe(true);
      expect(viewed.end().vcpus[0]?.guest).toMatchObject({
        cr3: { space: 'b', low: 1 },
        cr4: { pcide: true },
      });
    });

    it('reads what is asked for, once, and nothing for what is replaced', () => {
      vcpu.guest.cr3 = { space: 'b', low: 1 };
      void vcpu.guest.cr3.low;
      expect(viewed.read).toEqual([]);
      void vcpu.guest.cr4.pcide;
      void vcpu.guest.cr4.pcide;
      expect(viewed.read).toEqual(['CR4.PCIDE']);
    });

    it('refuses a CR3 value that the layout lacks', () => {
      vcpu.guest.cr3 = { space: 'z', low: 0 };
      expect(() => viewed.end()).toThrow(EngineError);
    });
  });

  describe('of root slots', () => {
    it('gives values, which stay when the slots are rotated', () => {
      const { mmu } = vcpu;
      const root = mmu.root as Root;
      mmu.prevRoots = [root, ...mmu.prevRoots.slice(0, -1)];
      mmu.root = { pgd: { space: 'b', low: 1 }, page: 'b@wp' };
      expect({ ...root.pgd, page: root.page }).toEqual({ space: 'a', low: 0, page: 'a@wp' });
      expect(mmu.prevRoots[0]).toBe(root);
      const { mmu: after } = viewed.end().vcpus[0] as KvmVcpu;
      expect(after.root).toEqual({ pgd: { space: 'b', low: 1 }, page: 'b@wp' });
      expect(after.prevRoots).toEqual([{ pgd: { space: 'a', low: 0 }, page: 'a@wp' }, null, null]);
    });

    it('lets two slots change places', () => {
      const { mmu } = vcpu;
      mmu.prevRoots[0] = { pgd: { space: 'b', low: 1 }, page: 'b@wp' };
      const machineWithRoot = viewed.end();
      const again = viewed.begin(machineWithRoot).vcpus[0] as KvmVcpu;
      [again.mmu.root, again.mmu.prevRoots[0]] = [again.mmu.prevRoots[0] as Root, again.mmu.root];
      const { mmu: after } = viewed.end().vcpus[0] as KvmVcpu;
      expect(after.root?.page).toBe('b@wp');
      expect(after.prevRoots[0]?.page).toBe('a@wp');
    });

    it('writes only what changed', () => {
      vcpu.mmu.root = { ...(vcpu.mmu.root as Root), page: 'a@wp' };
      viewed.end();
      expect(viewed.read).toEqual(['root', 'root']);
    });

    it('refuses more slots, a page that is no root, and one for another space', () => {
      expect(() => {
        vcpu.mmu.prevRoots = [null];
      }).toThrow(EngineError);
      vcpu.mmu.root = { pgd: { space: 'a', low: 0 }, page: 'a.u@wp' };
      expect(() => viewed.end()).toThrow(EngineError);
      viewed.begin(start);
      vcpu.mmu.root = { pgd: { space: 'b', low: 0 }, page: 'a@wp' };
      expect(() => viewed.end()).toThrow('there is no place for it');
    });
  });

  describe('of shadow pages', () => {
    const page: ShadowPage = {
      page: 'b',
      role: 'wp',
      level: 2,
      entries: [null],
      unsync: false,
      unsyncChildren: [false],
      obsolete: false,
      writeFloodingCount: 0,
    };

    it('has those that exist, in one order, by every way to ask', () => {
      const { shadow } = machine;
      expect(Object.keys(shadow)).toEqual(['a@wp']);
      expect(Object.values(shadow)).toHaveLength(1);
      expect(Object.entries(shadow)[0]?.[1]).toBe(shadow['a@wp']);
      expect(['a@wp' in shadow, 'b@wp' in shadow, 'z@wp' in shadow]).toEqual([true, false, false]);
      expect([shadow['b@wp'], shadow['z@wp']]).toEqual([undefined, undefined]);
      expect([Object.hasOwn(shadow, 'a@wp'), Object.hasOwn(shadow, 'b@wp')]).toEqual([true, false]);
    });

    it('takes one in, and loses it again', () => {
      const { shadow } = machine;
      shadow['b@wp'] = page;
      expect(Object.keys(shadow)).toEqual(['a@wp', 'b@wp']);
      expect(plain(machine).shadow['b@wp']).toEqual(page);
      expect(shadow['b@wp']).toBe(shadow['b@wp']);
      delete shadow['b@wp'];
      expect(Object.keys(shadow)).toEqual(['a@wp']);
      delete shadow['z@wp'];
      expect(viewed.end().shadow).toEqual(start.shadow);
    });

    it('refuses one that the layout lacks', () => {
      expect(() => {
        machine.shadow['z@wp'] = page;
      }).toThrow(EngineError);
    });

    it('of which a copy has what names it, and nothing that a row may change', () => {
      const sp = machine.shadow['a@wp'] as ShadowPage;
      expect({ ...sp }).toEqual({ page: 'a', role: 'wp', level: 2, obsolete: false });
      expect(viewed.read).toEqual(['shadow a@wp exists']);
    });

    it('refuses a link to what can be no child', () => {
      const sp = machine.shadow['a@wp'] as ShadowPage;
      expect(() => {
        sp.entries[0] = 'b.u@wp';
      }).toThrow(EngineError);
    });
  });

  describe('of requests', () => {
    it('takes them in and serves them in one order', () => {
      const { mmu } = vcpu;
      const [first, second] = REQUESTS;
      mmu.requests.push(second as never, first as never);
      expect([...mmu.requests]).toEqual([first, second]);
      expect(mmu.requests).toHaveLength(2);
      expect(mmu.requests.includes(second as never)).toBe(true);
      mmu.requests.splice(mmu.requests.indexOf(first as never), 1);
      expect(mmu.requests.map((request) => request)).toEqual([second]);
      mmu.requests = mmu.requests.filter((request) => request !== second);
      expect(mmu.requests).toHaveLength(0);
    });

    it('answers what may be asked of a set', () => {
      const { requests } = vcpu.mmu;
      requests.push(...REQUESTS.slice(1, 3));
      vcpu.mmu.requests = requests;
      expect(requests.filter((request) => request !== REQUESTS[1])).toEqual([REQUESTS[2]]);
      expect(requests.some((request) => request === REQUESTS[2])).toBe(true);
      expect(requests.indexOf(REQUESTS[0])).toBe(-1);
      requests.length = 0;
      expect([...requests]).toEqual([]);
    });

    it.each<readonly [string, (requests: (typeof REQUESTS)[number][]) => unknown]>([
      ['shift', (requests) => requests.shift()],
      ['findLastIndex', (requests) => requests.findLastIndex((request) => request !== REQUESTS[0])],
      ['splice at a place', (requests) => requests.splice(0, 1)],
      ['splice of more', (requests) => requests.splice(1, 2)],
      ['an element put', (requests) => (requests[0] = REQUESTS[0])],
      ['a length', (requests) => (requests.length = 1)],
    ])('refuses what depends on an order: %s', (_, ask) => {
      const { requests } = vcpu.mmu;
      requests.push(REQUESTS[1], REQUESTS[2]);
      expect(() => ask(requests)).toThrow(EngineError);
    });
  });

  it('has no TLBs', () => {
    expect(() => (vcpu as unknown as { tlbs: unknown }).tlbs).toThrow(EngineError);
    expect(Object.keys(vcpu)).toEqual(['guest', 'mmu', 'entryFails']);
  });

  it('keeps nothing of one piece of work for the next', () => {
    vcpu.mmu.root = null;
    vcpu.guest.cr3 = { space: 'b', low: 0 };
    machine.work.exits = 5;
    const next = viewed.begin(start);
    expect(next.work.exits).toBe(0);
    expect(plain(next)).toEqual(plain(start));
  });

  it('records nothing of what was put there', () => {
    machine.writable['a.u'] = true;
    expect(machine.writable['a.u']).toBe(true);
    expect(viewed.read).toEqual([]);
  });
});
