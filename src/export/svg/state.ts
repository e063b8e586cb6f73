import type {
  EntryPicture,
  Picture,
  ShadowPicture,
  SlotPicture,
  Stale,
  TablePicture,
  TagPicture,
  TlbEntryPicture,
  TranslationPicture,
  VcpuPicture,
} from '../../picture/picture.ts';
import { type Block, box, column, type Frame, flow, padTo, row, type Tone, text } from './block.ts';

/** What the step that led to a state changed, by key. */
type Changed = ReadonlySet<string>;

/** One state: each vCPU with its registers, roots and TLBs, and the guest's tables beside their shadows. */
export function stateBlock({ vcpus, tables, changes }: Picture, width: number): Block {
  const changed = new Set(changes.flatMap(({ keys }) => keys));
  return column(
    [
      ...vcpus.flatMap((vcpu) => vcpuBlocks(vcpu, vcpus.length > 1, changed, width)),
      section(
        'guest page tables, and the shadow pages that KVM has for them',
        tablesBlock(tables, changed, width),
      ),
    ],
    16,
  );
}

function section(heading: string, inside: Block): Block {
  return column([text(heading, 'head'), inside], 5);
}

function vcpuBlocks(vcpu: VcpuPicture, isOneOfMany: boolean, changed: Changed, width: number): Block[] {
  const of = isOneOfMany ? `cpu ${vcpu.cpu}: ` : '';
  return [
    section(`${of}registers`, registersBlock(vcpu, changed, width)),
    section(
      `${of}root, and prev_roots from the most recently used on`,
      slotsBlock(vcpu.slots, changed, width),
    ),
    section(`${of}TLBs: what each may hold, by PCID`, tagsBlock(vcpu.tags, changed)),
    ...vcpu.elsewhere
      .filter(({ entries }) => entries.length > 0)
      .map(({ name, entries }) => {
        const chips = entries.map((entry) => entryChip(entry, changed));
        return section(`${of}${name}`, flow(chips, width));
      }),
  ];
}

function registersBlock(vcpu: VcpuPicture, changed: Changed, width: number): Block {
  const { registers, hardwareCr3, notes } = vcpu;
  const chips = registers.map(({ key, name, value }) => chip(`${name} ${value}`, 'plain', changed.has(key)));
  const loaded =
    hardwareCr3 === null
      ? []
      : [
          chip(
            `hardware CR3 ${hardwareCr3.page} pcid=${hardwareCr3.pcid}`,
            'plain',
            changed.has(hardwareCr3.key),
          ),
        ];
  return flow(
    [...chips, ...loaded, ...notes.map(({ key, text: note }) => chip(note, 'warn', changed.has(key)))],
    width,
  );
}

/** The vTLB is framed: the root, and prev_roots where PCIDE=1. */
function slotsBlock(slots: readonly SlotPicture[], changed: Changed, width: number): Block {
  const highest = Math.max(...slots.map((slot) => slotCard(slot, changed).height));
  const cards = (inVtlb: boolean) =>
    slots.filter((slot) => slot.inVtlb === inVtlb).map((slot) => slotCard(slot, changed, highest));
  const [inside, outside] = [cards(true), cards(false)];
  const framed = box(column([text('in the vTLB', 'small'), flow(inside, width - 16)], 3), 'vtlb', 8);
  const rest = column(
    [text('outside the vTLB', 'small'), flow(outside, Math.max(0, width - framed.width - 28))],
    3,
  );
  return outside.length === 0 ? framed : row([framed, box(rest, 'panel', 8)], 12);
}

function slotCard({ key, holder, inVtlb, root }: SlotPicture, changed: Changed, height = 0): Block {
  const least = { width: 118, height };
  const name = text(mark(holder, changed.has(key)), 'small');
  if (root === null) return box(column([name, text('empty', 'muted')]), 'empty', 7, least);
  const flags = [...(root.unsync ? ['unsync below'] : []), ...(root.obsolete ? ['obsolete'] : [])];
  const frame: Frame = root.stale !== null ? 'stale' : inVtlb ? 'plain' : 'outside';
  return box(
    column([
      name,
      text(root.cr3, 'head'),
      text(root.page, 'small'),
      ...root.translations.flatMap(translationLines),
      ...flags.map((flag) => text(flag, 'warn')),
    ]),
    frame,
    7,
    least,
  );
}

function translationLines({ page, frame, stale, staleIfUsed }: TranslationPicture): Block[] {
  return [
    text(`${page} → ${frame}`, stale === null ? 'ink' : 'stale'),
    ...staleLines(stale),
    ...(staleIfUsed ? [text('old, not used', 'small')] : []),
  ];
}

function tagsBlock(tags: readonly TagPicture[], changed: Changed): Block {
  const cells = tags.map(({ tag, active, hardware, guest }) => ({
    name: text(
      `${tag === 'global' ? 'global' : `PCID ${tag}`}${active ? ', active' : ''}`,
      active ? 'strong' : 'ink',
    ),
    hardware: entriesBlock(hardware, changed),
    guest: entriesBlock(guest, changed),
  }));
  const rows = [
    { name: text(''), hardware: text('hardware TLB', 'muted'), guest: text('guest TLB', 'muted') },
    ...cells,
  ];
  const widest = (side: 'name' | 'hardware') => Math.max(...rows.map((cell) => cell[side].width)) + 18;
  return column(
    rows.map(({ name, hardware, guest }) =>
      row([padTo(name, widest('name')), padTo(hardware, widest('hardware')), guest]),
    ),
    5,
  );
}

function entriesBlock(entries: readonly TlbEntryPicture[], changed: Changed): Block {
  return entries.length === 0
    ? text('nothing', 'small')
    : flow(
        entries.map((entry) => entryChip(entry, changed)),
        330,
      );
}

function entryChip({ key, page, frame, inVtlb, stale }: TlbEntryPicture, changed: Changed): Block {
  const lines = [
    text(mark(`${page} → ${frame}`, changed.has(key)), stale === null ? 'ink' : 'stale'),
    ...staleLines(stale),
  ];
  return box(column(lines), stale !== null ? 'stale' : inVtlb ? 'vtlb' : 'plain', 4);
}

function tablesBlock(tables: readonly TablePicture[], changed: Changed, width: number): Block {
  const rows = tables.map((table) => ({
    guest: tableCard(table, changed),
    shadows: table.shadows.map((shadow) => shadowCard(shadow, changed)),
  }));
  const widest = Math.max(...rows.map(({ guest }) => guest.width));
  return column(
    rows.map(({ guest, shadows }) =>
      row([
        padTo(guest, widest),
        box(
          text(shadows.length === 0 ? '  not shadowed' : '→', shadows.length === 0 ? 'small' : 'muted'),
          'bare',
          6,
        ),
        flow(shadows, width - widest - 30),
      ]),
    ),
    8,
  );
}

function tableCard({ key, page, level, global, writable, entries }: TablePicture, changed: Changed): Block {
  const notes = [...(global ? ['global'] : []), ...(writable ? ['stores do not exit'] : [])];
  return box(
    column([
      row([text(mark(page, changed.has(key)), 'strong'), text(`  level ${level}`, 'small')]),
      ...entries.map((entry) => text(entryText(entry, changed))),
      ...notes.map((note) => text(note, 'small')),
    ]),
    'plain',
    6,
    { width: 150, height: 0 },
  );
}

function shadowCard(
  { key, id, unsync, obsolete, writeFloodingCount, heldBy, entries }: ShadowPicture,
  changed: Changed,
): Block {
  const notes = [
    ...(unsync ? ['unsync'] : []),
    ...(obsolete ? ['obsolete'] : []),
    ...(writeFloodingCount > 0 ? [`stores since last used: ${writeFloodingCount}`] : []),
  ];
  const isStale = entries.some(({ stale }) => stale !== null);
  return box(
    column([
      text(mark(id, changed.has(key)), 'strong'),
      ...entries.flatMap((entry) => [
        text(entryText(entry, changed), entry.stale === null ? 'ink' : 'stale'),
        ...staleLines(entry.stale),
        ...(entry.behind && entry.stale === null ? [text('older than the guest’s', 'small')] : []),
        ...(entry.unsyncChild ? [text('unsync below', 'warn')] : []),
      ]),
      ...notes.map((note) => text(note, 'warn')),
      ...(heldBy.length > 0 ? [text(heldBy.join(', '), 'small')] : []),
    ]),
    isStale ? 'stale' : unsync || obsolete ? 'warn' : 'plain',
    6,
    { width: 150, height: 0 },
  );
}

function entryText({ key, name, value, isLink }: EntryPicture, changed: Changed): string {
  return mark(`${name}: ${value === null ? 'none' : isLink ? `→ ${value}` : value}`, changed.has(key));
}

/** Red alone says nothing to some readers, and nothing in print. */
function staleLines(stale: Stale): Block[] {
  if (stale === null) return [];
  return [text(stale.since === 0 ? 'STALE from the start' : `STALE since ${stale.since}`, 'stale')];
}

function chip(content: string, frame: Frame, isChanged: boolean): Block {
  const tone: Tone = isChanged ? 'strong' : 'ink';
  return box(text(mark(content, isChanged), tone), frame, 4);
}

/** What the step changed has a star. */
function mark(content: string, isChanged: boolean): string {
  return isChanged ? `${content} *` : content;
}
