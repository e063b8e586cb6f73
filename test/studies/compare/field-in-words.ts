import type { Layout } from '../../../spec/layouts/layout.ts';
import { ROLES } from '../../../spec/state/shadow.ts';
import type { Field } from '../../../src/engine/rows/field.ts';
import type { RowLayout, VcpuFields } from '../../../src/engine/rows/fields.ts';

/** What the values of each field of a row mean, by the field's name; a field that is not here holds a number. */
export function fieldsInWords(
  layout: Layout,
  rows: RowLayout,
): ReadonlyMap<string, (value: number) => string> {
  const words = new Map<string, (value: number) => string>();
  const say = (fields: readonly Field[], inWords: (value: number) => string) => {
    for (const { name } of fields) words.set(name, inWords);
  };
  for (const vcpu of rows.vcpus) vcpuInWords(layout, rows, vcpu, say);
  for (const page of [...rows.guestPages, ...rows.shadowPages]) {
    const guest = 'children' in page ? page.page : page;
    const targets = 'children' in page && page.level > 1 ? page.children : guest.targets;
    page.entries.forEach((field, index) => {
      say([field], (value) => {
        if (value === 0) return 'none';
        if (guest.level === 1) return layout.frames[value - 1] ?? `frame ${value}`;
        return targets[index]?.[value]?.name ?? `entry ${value}`;
      });
    });
  }
  return words;
}

function vcpuInWords(
  layout: Layout,
  { spaceBits, cr3Bits, roleBits, pages }: RowLayout,
  vcpu: VcpuFields,
  say: (fields: readonly Field[], inWords: (value: number) => string) => void,
): void {
  const { spaces } = layout;
  const vpids = Object.values(vcpu.vpids);
  const low = (value: number, bits: number) => value & (2 ** bits - 1);
  const cr3 = (value: number) => `${spaces[low(value, spaceBits)]}|${value >>> spaceBits}`;
  const role = (value: number) => ROLES[low(value, roleBits)];
  const items = (names: readonly string[]) => (value: number) =>
    `{${names.filter((_, i) => (value >>> i) & 1).join(' ')}}`;
  say([vcpu.cr3], cr3);
  say([vcpu.root, ...vcpu.prevRoots], (value) => {
    if (value === 0) return 'none';
    const obsolete = value >>> (1 + cr3Bits + roleBits) === 0 ? '' : ' obsolete';
    return `${cr3(low(value >>> 1, cr3Bits))} ${role(value >>> (1 + cr3Bits))}${obsolete}`;
  });
  say(
    [vcpu.hardwareCr3],
    (value) =>
      `${spaces[low(value, spaceBits)]} ${role(value >>> spaceBits)} pcid=${value >>> (spaceBits + roleBits)}`,
  );
  for (const { index, frames } of pages) {
    say(
      vpids
        .flatMap(({ guest, globals, hardware, away }) => [guest, globals, hardware, away])
        .flatMap(({ slots }) => slots.map((ofTag) => ofTag[index] as Field)),
      items(frames),
    );
  }
  for (const { loaded } of vpids) say(loaded.slots.flat(), items(spaces));
}
