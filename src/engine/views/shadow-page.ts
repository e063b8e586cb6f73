import { SHADOW_PAGE } from '../../../spec/schema/schema.ts';
import type { ShadowPage } from '../../../spec/state/shadow.ts';
import type { Field } from '../rows/field.ts';
import type { ShadowPageFields } from '../rows/fields.ts';
import { accessFields, type Viewing } from './fields.ts';

/** A place in a row for a shadow page, there or not. */
export interface ShadowPageView extends ShadowPage {
  /** Whether it is there. */
  readonly exists: () => boolean;
  /** Puts a page there. */
  readonly make: (sp: ShadowPage) => void;
  /** Leaves nothing of it. */
  readonly remove: () => void;
}

/** A shadow page in a row. A copy of it has what is fixed, and nothing that a row may change. */
export function shadowPageView(fields: ShadowPageFields, viewing: Viewing): ShadowPageView {
  const { cells } = viewing;
  const { name: _, exists, page, role, level, asTable, obsolete, ...places } = fields;
  const accesses = accessFields(SHADOW_PAGE, fields, viewing);
  const hidden: PropertyDescriptorMap = {
    ...accesses,
    exists: { value: () => cells.read(exists) === 1 },
    make: {
      value: (sp: ShadowPage) => {
        cells.write(exists, 1);
        for (const [name, { set }] of Object.entries(accesses)) set(sp[name as keyof ShadowPage]);
      },
    },
    remove: {
      value: () => {
        for (const field of [
          exists,
          ...Object.values(places).flat<(Field | readonly Field[])[]>(),
        ] as Field[])
          cells.write(field, field.bits === 0 ? field.constant : 0);
      },
    },
  };
  const view = { page, role, level, ...(asTable && { asTable }), obsolete };
  for (const name of Object.keys(hidden))
    Object.defineProperty(view, name, { ...hidden[name], enumerable: false });
  return view as ShadowPageView;
}
