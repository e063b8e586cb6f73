/**
 * The fast core: the machine of `vtlb/spec` as a row of 32-bit words, stepped in place. `coreModel` is what a
 * search from `vtlb/checker` takes; `createCore`, `initial`, `coreEvent` and `step` drive a core by hand;
 * `Packer` and `Unpacker` turn machines of the spec into rows and back.
 *
 * @module vtlb/core
 */
export { createCore } from './create.ts';
export { type CoreEvent, coreEvent } from './event.ts';
export { FINDINGS, FOUND } from './findings.ts';
export type { Core } from './machine.ts';
export type { ModelData } from './model.ts';
export { explainRow } from './row/explain.ts';
export { type Field, get, valueIn } from './row/field.ts';
export type {
  GuestPageFields,
  ObsoletePageFields,
  PageFields,
  RowLayout,
  ShadowPageFields,
  VcpuFields,
  VpidSets,
} from './row/fields.ts';
export { rowLayout } from './row/layout.ts';
export { NOTES } from './row/notes.ts';
export { PackError, Packer } from './row/pack.ts';
export type { TaggedSet, WordMask } from './row/tagged-set.ts';
export { Unpacker } from './row/unpack.ts';
export { coreModel } from './source.ts';
export { initial } from './step/initial.ts';
export { step } from './step/step.ts';
