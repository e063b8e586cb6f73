import type { Cr0, Cr3, Cr4 } from '../../../spec/state/registers.ts';
import { REQUESTS, type Request } from '../../../spec/state/requests.ts';
import type { ShadowPageId } from '../../../spec/state/shadow.ts';
import type { GuestState, HardwareCr3, KvmVcpu, Mmu, Root } from '../../../spec/state/vcpu.ts';
import { type Field, partOf } from '../rows/field.ts';
import type { RootField, VcpuFields } from '../rows/fields.ts';
import { arrayView } from './array-view.ts';
import { EngineError } from './engine-error.ts';
import type { Recorder } from './recorder.ts';
import type { TopPages } from './top-pages.ts';

/** A vCPU in a row. */
export interface VcpuView {
  readonly vcpu: KvmVcpu;
  /** Forgets what the last piece of work put into registers and slots. */
  readonly begin: () => void;
  /** Writes them to the row, where they changed. */
  readonly commit: () => void;
}

/** Where a vCPU is looked up. */
export interface VcpuPlaces {
  readonly fields: VcpuFields;
  /** A word with a bit for each pending request, in the order of `REQUESTS`. */
  readonly requests: Field;
  /** Told of each request that is raised, by number. */
  readonly raised: (request: number) => void;
  readonly spaces: readonly string[];
  readonly tops: TopPages;
}

/** A slot of which nothing is known yet. */
const UNREAD = Symbol('unread');

/**
 * A vCPU in a row. Registers and roots are values, which a recipe may keep while it replaces them: they are read
 * when they are asked for, and written back at the end of the work, only what changed.
 */
export function vcpuView(recorder: Recorder, places: VcpuPlaces): VcpuView {
  const { fields, spaces, tops, requests } = places;
  const flag = (field: Field) => recorder.read(field) === 1;
  const cr3Of = ({ space, low }: { readonly space: Field; readonly low: Field }): Cr3 =>
    lazily<Cr3>({ space: () => spaces[recorder.read(space)] as string, low: () => recorder.read(low) });
  const start = {
    cr0: lazily<Cr0>({ wp: () => flag(fields.wp) }),
    cr3: cr3Of(fields.cr3),
    cr4: lazily<Cr4>({
      pcide: () => flag(fields.pcide),
      pge: () => flag(fields.pge),
      smep: () => flag(fields.smep),
    }),
    hardwareCr3: lazily<HardwareCr3>({
      page: () =>
        tops.idAt(recorder.read(fields.hardwareCr3.space), recorder.read(fields.hardwareCr3.role), 0),
      pcid: () => recorder.read(fields.hardwareCr3.pcid),
    }),
  };
  const rootFields = [fields.root, ...fields.prevRoots];
  const roots = rootFields.map((field): Root => {
    const pgd = cr3Of(field);
    const space = field.pageSpace.bits > 0 ? field.pageSpace : field.space;
    return lazily<Root>({
      pgd: () => pgd,
      page: () => tops.idAt(recorder.read(space), recorder.read(field.role), recorder.read(field.obsolete)),
    });
  });

  let { cr0, cr3, cr4 } = start;
  let hardwareCr3: HardwareCr3 | null = start.hardwareCr3;
  const held: (Root | null | typeof UNREAD)[] = roots.map(() => UNREAD);
  const slot = (i: number): Root | null => {
    if (held[i] === UNREAD) held[i] = flag((rootFields[i] as RootField).valid) ? (roots[i] as Root) : null;
    return held[i] as Root | null;
  };
  const prevRoots = arrayView<Root | null>(fields.prevRoots.length, {
    get: (i) => slot(i + 1),
    set: (i, root) => {
      held[i + 1] = root;
    },
  });

  const guest: GuestState = {
    get cr0() {
      return cr0;
    },
    set cr0(value) {
      cr0 = value;
    },
    get cr3() {
      return cr3;
    },
    set cr3(value) {
      cr3 = value;
    },
    get cr4() {
      return cr4;
    },
    set cr4(value) {
      cr4 = value;
    },
    get guestMode() {
      return flag(fields.guestMode);
    },
    set guestMode(value) {
      recorder.write(fields.guestMode, value ? 1 : 0);
    },
    get ownVpid() {
      return flag(fields.ownVpid);
    },
    set ownVpid(value) {
      recorder.write(fields.ownVpid, value ? 1 : 0);
    },
  };
  const pending = requestsView(recorder, requests, places.raised);
  const mmu: Mmu = {
    get root() {
      return slot(0);
    },
    set root(root) {
      held[0] = root;
    },
    get prevRoots() {
      return prevRoots;
    },
    set prevRoots(all) {
      if (all.length !== fields.prevRoots.length)
        throw new EngineError(
          `prev_roots of ${all.length} slots: this layout has ${fields.prevRoots.length}`,
        );
      all.forEach((root, i) => {
        held[i + 1] = root;
      });
    },
    get hardwareCr3() {
      return hardwareCr3;
    },
    set hardwareCr3(value) {
      hardwareCr3 = value;
    },
    get requests() {
      return pending;
    },
    set requests(all) {
      const wanted = [...all];
      pending.length = 0;
      pending.push(...wanted);
    },
  };
  const vcpu: KvmVcpu = {
    guest,
    mmu,
    get entryFails() {
      return flag(fields.entryFails);
    },
    set entryFails(value) {
      recorder.write(fields.entryFails, value ? 1 : 0);
    },
  };
  Object.defineProperty(vcpu, 'tlbs', {
    get: () => {
      throw new EngineError("KVM's functions have no sight of TLBs");
    },
  });

  for (const part of [vcpu, guest, mmu]) Object.seal(part);
  return {
    vcpu,
    begin: () => {
      ({ cr0, cr3, cr4, hardwareCr3 } = start);
      held.fill(UNREAD);
      prevRoots.length = fields.prevRoots.length;
    },
    commit: () => {
      if (cr0 !== start.cr0) recorder.write(fields.wp, cr0.wp ? 1 : 0);
      if (cr4 !== start.cr4) {
        const { pcide, pge, smep } = cr4;
        recorder.write(fields.pcide, pcide ? 1 : 0);
        recorder.write(fields.pge, pge ? 1 : 0);
        recorder.write(fields.smep, smep ? 1 : 0);
      }
      if (cr3 !== start.cr3) putCr3(fields.cr3, cr3);
      if (prevRoots.length !== fields.prevRoots.length)
        throw new EngineError(
          `prev_roots of ${prevRoots.length} slots: there are ${fields.prevRoots.length}`,
        );
      // All that is to be written is read before anything is: a root may come from another slot.
      const changes = held.map((root, i) =>
        root === UNREAD || root === roots[i] ? null : rootChange(root, i),
      );
      changes.forEach((change, i) => {
        if (change !== null) writeRoot(rootFields[i] as RootField, change);
      });
      if (hardwareCr3 !== start.hardwareCr3) {
        if (hardwareCr3 === null)
          throw new EngineError('hardwareCr3 = null: this layout has no place for it');
        const { space, role, obsolete } = tops.placeOf(hardwareCr3.page);
        const { pcid } = hardwareCr3;
        if (obsolete) throw new EngineError(`hardwareCr3 = ${hardwareCr3.page}: there is no place for it`);
        recorder.write(fields.hardwareCr3.space, space);
        recorder.write(fields.hardwareCr3.role, role);
        recorder.write(fields.hardwareCr3.pcid, pcid);
      }
    },
  };

  function putCr3(at: { readonly space: Field; readonly low: Field }, value: Cr3): void {
    const { space, low } = value;
    const number = spaces.indexOf(space);
    if (number < 0) throw new EngineError(`CR3 ${space}|${low}: this layout has no such space`);
    recorder.write(at.space, number);
    recorder.write(at.low, low);
  }

  /** What becomes of a slot; of its CR3 nothing where that stays. */
  function rootChange(root: Root | null, i: number) {
    if (root === null) return { page: null, pgd: null };
    const own = Object.keys(root).find((key) => key !== 'pgd' && key !== 'page');
    if (own !== undefined)
      throw new EngineError(`a root with a field ${own} of its own: there is no place for it`);
    const kept = root.pgd === roots[i]?.pgd;
    return {
      page: { id: root.page, ...tops.placeOf(root.page) },
      pgd: kept ? null : { space: root.pgd.space, low: root.pgd.low },
      kept,
    };
  }

  function writeRoot(field: RootField, { page, pgd }: NonNullable<ReturnType<typeof rootChange>>): void {
    if (page === null) {
      for (const part of [field.valid, field.space, field.low, field.role, field.obsolete, field.pageSpace])
        recorder.write(part, 0);
      return;
    }
    recorder.write(field.valid, 1);
    if (pgd !== null) putCr3(field, pgd);
    recorder.write(field.role, page.role);
    recorder.write(field.obsolete, page.obsolete);
    if (field.pageSpace.bits > 0) recorder.write(field.pageSpace, page.space);
    else if (recorder.read(field.space) !== page.space) throw strayRoot(page.id);
  }

  function strayRoot(id: ShadowPageId): EngineError {
    return new EngineError(`a root that points to ${id} for another space's CR3: there is no place for it`);
  }
}

/** What asks where in an array something is, or changes it by that. */
const BY_PLACE: readonly (string | symbol)[] = [
  ...['shift', 'pop', 'unshift', 'sort', 'reverse', 'fill', 'copyWithin'],
  ...['findIndex', 'findLastIndex', 'lastIndexOf'],
];

/**
 * Pending requests, bits of a word, as an array in the order of their service. It is a set: what `indexOf` gives of a
 * request is of use for `splice` alone.
 */
export function requestsView(recorder: Recorder, field: Field, raised: (request: number) => void): Request[] {
  const bits = REQUESTS.map((name, i) => partOf(field, name, i, 1));
  const numberOf = (request: Request) => REQUESTS.indexOf(request);
  const isPending = (i: number) => recorder.read(bits[i] as Field) === 1;
  const put = (i: number, pending: boolean) => recorder.write(bits[i] as Field, pending ? 1 : 0);
  const all = () => REQUESTS.filter((_, i) => isPending(i));
  const view = {
    get length() {
      const [known, unknown] = [true, false].map((is) => bits.filter((bit) => recorder.knows(bit) === is));
      const first = [...(known ?? []), ...(unknown ?? [])].find((bit) => recorder.read(bit) === 1);
      return first === undefined ? 0 : all().length;
    },
    includes: (request: Request) => isPending(numberOf(request)),
    indexOf: (request: Request) => (isPending(numberOf(request)) ? numberOf(request) : -1),
    push: (...requests: Request[]) => {
      for (const number of requests.map(numberOf)) {
        put(number, true);
        raised(number);
      }
      return 0;
    },
    splice: (from: number, count: number, ...others: Request[]) => {
      if (count !== 1 || others.length > 0 || !isPending(from)) throw byPlace('splice');
      put(from, false);
      return [REQUESTS[from]];
    },
  };
  return new Proxy(view, {
    get: (target, name) => {
      if (name in target) return Reflect.get(target, name) as unknown;
      if (BY_PLACE.includes(name)) throw byPlace(String(name));
      // Whatever else there is to ask of an array is asked of one.
      const value = Reflect.get(all(), name) as unknown;
      return typeof value === 'function' ? value.bind(all()) : value;
    },
    set: (_, name, value) => {
      if (name !== 'length' || value !== 0) throw byPlace(String(name));
      for (const number of REQUESTS.keys()) put(number, false);
      return true;
    },
  }) as unknown as Request[];
}

function byPlace(what: string): EngineError {
  return new EngineError(`requests.${what}: there is no place for an order of pending requests`);
}

/** An object whose parts are looked up when they are asked for; a copy of it has them. */
function lazily<T extends object>(parts: { readonly [K in keyof T]: () => T[K] }): T {
  const object = {};
  for (const name of Object.keys(parts) as (keyof T)[])
    Object.defineProperty(object, name, { get: parts[name], enumerable: true });
  return object as T;
}
