import type { Outcome } from '../../spec/events/event.ts';
import type { Frame, PageName, VirtualPage } from '../../spec/state/names.ts';
import { formatCr3 } from '../../spec/state/registers.ts';
import { REQUESTS, type Request } from '../../spec/state/requests.ts';
import type { Role } from '../../spec/state/shadow.ts';
import type { Entry } from '../../spec/state/walk.ts';
import { type Names, NONE } from './names.ts';

/** A shadow page as KVM has it; entries of a top page stand for the private tables below them. */
interface ObservedPage {
  readonly page: PageName;
  readonly role: Role;
  readonly unsync: boolean;
  readonly obsolete: boolean;
  readonly rootCount: number;
  readonly entries: readonly Entry[];
  readonly unsyncChildren: readonly boolean[];
  /** write_flooding_count of the page that holds each entry. */
  readonly floods: readonly number[];
}

/** A vCPU as KVM has it. Roots are CR3 values, `a|0`. */
interface ObservedVcpu {
  /** Pending just after the handler. */
  readonly requests: readonly (Request | '(other)')[];
  readonly root: string | null;
  /** The root that the hardware's CR3 points to, and its PCID: `a@wp|0`. */
  readonly hardwareCr3: string;
  readonly prevRoots: readonly (string | null)[];
}

/** A hook that KVM called to empty the hardware's TLB, or one page of it. */
export interface ObservedFlush {
  readonly cpu: number;
  readonly during: 'handler' | 'entry';
  readonly what: 'everything' | VirtualPage;
}

/** What Linux's code made of one event, after the entries that follow it. */
export interface Observation {
  readonly outcome: Outcome;
  readonly acting: number;
  /** What an access read; null for other events. */
  readonly read: Frame | 'fault' | null;
  readonly vcpus: readonly ObservedVcpu[];
  readonly shadow: readonly ObservedPage[];
  /** Tables that some SPTE maps writable. */
  readonly writable: readonly PageName[];
  readonly flushes: readonly ObservedFlush[];
}

const ROLES: readonly Role[] = ['wp', 'nowp', 'nowp-smep', 'wp-smep'];
const CACHED_ROOTS = 3;
/** Words of the guest's registers, which are not compared. */
const REGISTERS = 6;
/** The driver's numbers for a flush of one address and for a load of CR3. */
const HOOK_GVA = 4;
const HOOK_LOAD = 5;
/** What the driver adds to the number of a page table that an access read. */
const READ_PAGE = 1000;

/** Reads the driver's words (observe in test/kernel/driver/observe.c). */
export function readObservation(words: Int32Array, names: Names): Observation {
  let at = 0;
  const next = () => words[at++] as number;
  const flag = () => next() !== 0;
  const list = <T>(item: () => T): T[] => {
    const items: T[] = [];
    for (let left = next(); left > 0; left--) items.push(item());
    return items;
  };
  const root = () => {
    const space = next();
    const low = next();
    at += 3; // its top page, that page's role and whether it is obsolete
    return space === NONE ? null : formatCr3({ space: names.space(space), low });
  };

  const outcome = flag() ? '#GP' : 'ok';
  const acting = next();
  const read = next();
  const vcpus = list((): ObservedVcpu => {
    const requests = requestsOf(next());
    at += REGISTERS;
    const [page, role, pcid] = [next(), next(), next()];
    const hardwareCr3 = page < 0 ? 'gone' : `${names.page(page)}@${ROLES[role]}|${pcid}`;
    return { requests, hardwareCr3, root: root(), prevRoots: Array.from({ length: CACHED_ROOTS }, root) };
  });
  next(); // how many shadow pages of private tables there are: not compared
  const shadow = list((): ObservedPage => {
    const page = names.page(next());
    const role = ROLES[next()] as Role;
    const unsync = flag();
    const obsolete = flag();
    const rootCount = next();
    const slots = list(() => ({ entry: names.entry(next()), marks: next(), floods: next() }));
    return {
      page,
      role,
      unsync,
      obsolete,
      rootCount,
      entries: slots.map(({ entry }) => entry),
      unsyncChildren: slots.map(({ marks }) => (marks & 1) === 1),
      floods: slots.map(({ floods }) => floods),
    };
  });
  const writable = list(() => names.page(next()));
  list(() => [next(), next()]); // private tables that are mapped writable: not compared
  const flushes = list(() => {
    const [hook, cpu, entering, half, index] = [next(), next(), flag(), next(), next()];
    if (hook === HOOK_LOAD) return [];
    const what = hook === HOOK_GVA ? names.virtualPage(half, index) : 'everything';
    return [{ cpu, during: entering ? 'entry' : 'handler', what } satisfies ObservedFlush];
  }).flat();
  return { outcome, acting, read: read < 0 ? null : readText(read, names), vcpus, shadow, writable, flushes };
}

function readText(read: number, names: Names): string {
  if (read === 0) return 'fault';
  return read < READ_PAGE ? `f${read}` : names.page(read - READ_PAGE);
}

function requestsOf(bits: number): (Request | '(other)')[] {
  return [...REQUESTS, '(other)' as const].filter((_, i) => (bits >> i) & 1);
}
