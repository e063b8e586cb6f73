import { obsoleteId } from '../../spec/state/shadow.ts';
import type {
  Change,
  MachinePicture,
  ShadowPicture,
  SlotPicture,
  TablePicture,
  TlbEntryPicture,
  VcpuPicture,
} from './picture.ts';

/** What differs between two machines of one layout, in short words, from the registers down. */
export function changesBetween(before: MachinePicture, after: MachinePicture): Change[] {
  const many = after.vcpus.length > 1;
  return [
    ...after.vcpus.flatMap((vcpu, cpu) =>
      vcpuChanges(before.vcpus[cpu] as VcpuPicture, vcpu).map(({ keys, text }) => ({
        keys,
        text: many ? `cpu ${cpu}: ${text}` : text,
      })),
    ),
    ...after.tables.flatMap((table, i) => tableChanges(before.tables[i] as TablePicture, table)),
  ];
}

/** `NAME BEFORE -> AFTER`, or nothing. */
function change(key: string, name: string, before: string, after: string): Change[] {
  return before === after ? [] : [{ keys: [key], text: `${name} ${before} -> ${after}` }];
}

/** A bit that changed, in words for both ways; or nothing. */
function turn(key: string, before: boolean, after: boolean, set: string, cleared: string): Change[] {
  return before === after ? [] : [{ keys: [key], text: after ? set : cleared }];
}

function vcpuChanges(before: VcpuPicture, after: VcpuPicture): Change[] {
  const cpu = `cpu ${after.cpu}`;
  return [
    ...after.registers.flatMap(({ key, name, value }, i) =>
      change(key, name, before.registers[i]?.value ?? '', value),
    ),
    ...turn(`${cpu} guest mode`, before.guestMode, after.guestMode, 'L2 runs', 'L1 runs'),
    ...change(`${cpu} requests`, 'requests', requests(before), requests(after)),
    ...rootChanges(before.slots[0] as SlotPicture, after.slots[0] as SlotPicture),
    ...cachedChanges(before.slots.slice(1), after.slots.slice(1)),
    ...change(`${cpu} hardware CR3`, 'hardware CR3', hardwareCr3(before), hardwareCr3(after)),
    ...tlbChanges('hardware TLB', entriesOf(before, 'hardware'), entriesOf(after, 'hardware')),
    ...tlbChanges('guest TLB', entriesOf(before, 'guest'), entriesOf(after, 'guest')),
    ...after.elsewhere.flatMap(({ name, entries }, i) =>
      tlbChanges(name, before.elsewhere[i]?.entries ?? [], entries),
    ),
    ...turn(
      `${cpu} entry`,
      before.entryFails,
      after.entryFails,
      'the next entry will fail',
      'the entry has failed',
    ),
  ];
}

const requests = (vcpu: VcpuPicture) => vcpu.requests.join(' ') || 'none';
const entriesOf = ({ tags }: VcpuPicture, side: 'hardware' | 'guest') => tags.flatMap((tag) => tag[side]);
const hardwareCr3 = ({ hardwareCr3: loaded }: VcpuPicture) =>
  loaded === null ? '-' : `${loaded.page} pcid=${loaded.pcid}`;
const cr3Of = ({ root }: SlotPicture) => root?.cr3 ?? '-';

/** The root's CR3, or else its shadow page. */
function rootChanges(before: SlotPicture, after: SlotPicture): Change[] {
  const moved = change(after.key, 'root', cr3Of(before), cr3Of(after));
  if (moved.length > 0) return moved;
  return change(after.key, `root ${cr3Of(after)}`, before.root?.page ?? '-', after.root?.page ?? '-');
}

/** All of prev_roots at once, since its slots move together. */
function cachedChanges(before: readonly SlotPicture[], after: readonly SlotPicture[]): Change[] {
  const moved = after.filter((slot, i) => cr3Of(slot) !== cr3Of(before[i] as SlotPicture));
  const all = (slots: readonly SlotPicture[]) => `[${slots.map(cr3Of).join(' ')}]`;
  const text = `prev_roots ${all(before)} -> ${all(after)}`;
  return moved.length === 0 ? [] : [{ keys: moved.map(({ key }) => key), text }];
}

function tlbChanges(
  name: string,
  before: readonly TlbEntryPicture[],
  after: readonly TlbEntryPicture[],
): Change[] {
  const lackedBy = (entries: readonly TlbEntryPicture[]) => (entry: TlbEntryPicture) =>
    !entries.some(({ key }) => key === entry.key);
  const say =
    (verb: string) =>
    ({ key, tag, page, frame }: TlbEntryPicture) => ({
      keys: [key],
      text: `${name} ${verb} ${tag}:${page}=${frame}`,
    });
  return [
    ...before.filter(lackedBy(after)).map(say('drops')),
    ...after.filter(lackedBy(before)).map(say('takes in')),
  ];
}

function tableChanges(before: TablePicture, after: TablePicture): Change[] {
  const { key, page } = after;
  const ids = [...new Set([...before.shadows, ...after.shadows].map(({ id }) => id))];
  const shadow = ({ shadows }: TablePicture, id: string) => shadows.find((sp) => sp.id === id);
  return [
    ...after.entries.flatMap((entry, i) =>
      change(entry.key, `${page} ${entry.name}`, before.entries[i]?.value ?? 'none', entry.value ?? 'none'),
    ),
    ...turn(key, before.writable, after.writable, `${page} becomes writable`, `${page} is write-protected`),
    ...ids.flatMap((id) => {
      const [old, now] = [shadow(before, id), shadow(after, id)];
      if (now !== undefined) return shadowChanges(old, now);
      const kept = shadow(after, obsoleteId(id)) !== undefined;
      return [{ keys: [`shadow ${id}`], text: kept ? `${id} is zapped, still a root` : `${id} is gone` }];
    }),
  ];
}

function shadowChanges(before: ShadowPicture | undefined, after: ShadowPicture): Change[] {
  const { key, id, obsolete } = after;
  return [
    ...(before === undefined && !obsolete ? [{ keys: [key], text: `${id} is made` }] : []),
    ...turn(key, before?.unsync ?? false, after.unsync, `${id} goes unsync`, `${id} is synced`),
    ...after.entries.flatMap((entry, i) => {
      const [old, name] = [before?.entries[i], `${id} ${entry.name}`];
      return [
        ...change(entry.key, name, old?.value ?? 'none', entry.value ?? 'none'),
        ...turn(
          entry.key,
          old?.unsyncChild ?? false,
          entry.unsyncChild,
          `${name} is marked`,
          `${name} is unmarked`,
        ),
      ];
    }),
    ...change(
      key,
      `${id} write_flooding_count`,
      `${before?.writeFloodingCount ?? 0}`,
      `${after.writeFloodingCount}`,
    ),
  ];
}
