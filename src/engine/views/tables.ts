import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import { ROLES, type Role, type ShadowPage } from '../../../spec/state/shadow.ts';
import type { Entry } from '../../../spec/state/walk.ts';
import type { Field } from '../rows/field.ts';
import type { GuestPageFields, ObsoletePageFields, ShadowPageFields } from '../rows/fields.ts';
import { arrayView } from './array-view.ts';
import { EngineError } from './engine-error.ts';
import type { Recorder } from './recorder.ts';

/** What the values of an entry's field stand for, by index and value. */
type Meanings = readonly (readonly Entry[])[];

/** A guest page-table page in a row. */
export function guestPageView(
  recorder: Recorder,
  frames: readonly string[],
  fields: GuestPageFields,
): GuestPage {
  const { level, global } = fields;
  const meanings = fields.entries.map((_, i) => guestMeanings(frames, fields, i));
  return { level, global, entries: entriesView(recorder, fields.name, fields.entries, meanings) };
}

function guestMeanings(
  frames: readonly string[],
  { level, targets }: GuestPageFields,
  index: number,
): Entry[] {
  if (level === 1) return [null, ...frames];
  return (targets[index] ?? []).map((target) => target?.name ?? null);
}

function entriesView(
  recorder: Recorder,
  page: string,
  fields: readonly Field[],
  meanings: Meanings,
): Entry[] {
  return arrayView<Entry>(fields.length, {
    get: (i) => meanings[i]?.[recorder.read(fields[i] as Field)] ?? null,
    set: (i, entry) => {
      const value = entry === null ? 0 : (meanings[i]?.indexOf(entry, 1) ?? -1);
      if (value < 0) throw new EngineError(`${page}[${i}] = ${entry}: this layout has no place for it`);
      recorder.write(fields[i] as Field, value);
    },
    knows: (i) => recorder.knows(fields[i] as Field),
  });
}

function flagsView(recorder: Recorder, fields: readonly Field[]): boolean[] {
  return arrayView<boolean>(fields.length, {
    get: (i) => recorder.read(fields[i] as Field) === 1,
    set: (i, flag) => recorder.write(fields[i] as Field, flag ? 1 : 0),
    knows: (i) => recorder.knows(fields[i] as Field),
  });
}

/** A place in a row for a shadow page, there or not. */
export interface ShadowPageView extends ShadowPage {
  /** Whether it is there. */
  readonly exists: () => boolean;
  /** Puts a page there. */
  readonly make: (sp: ShadowPage) => void;
  /** Leaves nothing of it. */
  readonly remove: () => void;
}

/** What names a page, enumerable so that a copy has it. */
function keyOf(fields: { readonly page: GuestPageFields; readonly role: number; readonly level: number }) {
  const key = { page: fields.page.name, role: ROLES[fields.role] as Role, level: fields.level };
  return fields.level < fields.page.level ? { ...key, asTable: true as const } : key;
}

/** A shadow page in a row. */
export function shadowPageView(
  recorder: Recorder,
  frames: readonly string[],
  fields: ShadowPageFields,
): ShadowPageView {
  const { exists, unsync, writeFloodingCount, unsyncChildren } = fields;
  const meanings = fields.entries.map((_, i) =>
    fields.level === 1
      ? guestMeanings(frames, fields.page, i)
      : (fields.children[i] ?? []).map((child) => child?.name ?? null),
  );
  const entries = entriesView(recorder, fields.name, fields.entries, meanings);
  const marks = flagsView(recorder, unsyncChildren);
  const zero = (field: Field) => recorder.write(field, field.bits === 0 ? field.constant : 0);
  const view = { ...keyOf(fields), obsolete: false };
  return withHidden(view, {
    entries: { get: () => entries },
    unsyncChildren: { get: () => marks },
    unsync: {
      get: () => recorder.read(unsync) === 1,
      set: (flag: boolean) => recorder.write(unsync, flag ? 1 : 0),
    },
    writeFloodingCount: {
      get: () => recorder.read(writeFloodingCount),
      set: (count: number) => recorder.write(writeFloodingCount, writeFloodingCount.bits === 0 ? 0 : count),
    },
    exists: { value: () => recorder.read(exists) === 1 },
    make: {
      value: (sp: ShadowPage) => {
        recorder.write(exists, 1);
        recorder.write(unsync, sp.unsync ? 1 : 0);
        zero(writeFloodingCount);
        sp.entries.forEach((entry, i) => {
          entries[i] = entry;
        });
        sp.unsyncChildren.forEach((mark, i) => {
          marks[i] = mark;
        });
      },
    },
    remove: {
      value: () => {
        for (const field of [exists, unsync, writeFloodingCount, ...fields.entries, ...unsyncChildren])
          zero(field);
      },
    },
  });
}

/** A shadow page in a row that is obsolete and no root. */
export function obsoletePageView(
  recorder: Recorder,
  frames: readonly string[],
  fields: ObsoletePageFields,
  nameOf: (page: string, parent: ObsoletePageFields) => string,
): ShadowPageView {
  const { exists, page, level } = fields;
  const meanings = fields.entries.map((_, i) =>
    guestMeanings(frames, page, i).map((entry) =>
      entry === null || level === 1 ? entry : nameOf(entry, fields),
    ),
  );
  const entries = entriesView(recorder, fields.name, fields.entries, meanings);
  const zero = (field: Field) => recorder.write(field, field.bits === 0 ? field.constant : 0);
  return withHidden(
    { ...keyOf(fields), obsolete: true },
    {
      entries: { get: () => entries },
      unsyncChildren: { get: () => fields.entries.map(() => false) },
      unsync: { get: () => false, set: () => {} },
      writeFloodingCount: { get: () => 0, set: () => {} },
      exists: { value: () => recorder.read(exists) === 1 },
      make: {
        value: (sp: ShadowPage) => {
          recorder.write(exists, 1);
          sp.entries.forEach((entry, i) => {
            entries[i] = entry;
          });
        },
      },
      remove: {
        value: () => {
          for (const field of [exists, ...fields.entries]) zero(field);
        },
      },
    },
  );
}

/** Adds what a copy of an object does not get. */
function withHidden(view: object, hidden: PropertyDescriptorMap): ShadowPageView {
  for (const name of Object.keys(hidden))
    Object.defineProperty(view, name, { ...hidden[name], enumerable: false });
  return view as ShadowPageView;
}
