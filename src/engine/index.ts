/**
 * What runs the recipes of `vtlb/spec` fast: a machine is a row of 32-bit words, recipes read and write it through
 * views that record what they look at, and each different path of them is carried out once. `memoModel` is what a
 * search from `vtlb/checker` takes; `memoMachine` makes a machine whose `stepper` takes steps by hand, and `modelOf`
 * makes a model of that; `Packer` and `Unpacker` turn machines of the spec into rows and back.
 *
 * @module vtlb/engine
 */
export type { WorldData } from './data.ts';
export type { FactGroup, FactLayout, Holder } from './facts/fact-layout.ts';
export type { ModelData } from './memo/create.ts';
export { FOUND, GOALS, type JudgedProperty, PROPERTIES } from './memo/goals.ts';
export type { Judge } from './memo/judge.ts';
export { canBeApart, type MemoMachine, memoMachine, modelOf, type TlbsOfMachine } from './memo/model.ts';
export { NOTES } from './memo/notes.ts';
export { memoModel } from './memo/source.ts';
export type { Stepper, StepperOptions } from './memo/stepper.ts';
export type { OverridesSource } from './overrides.ts';
export { type Field, valueIn } from './rows/field.ts';
export type {
  Cr3Field,
  GuestPageFields,
  HardwareCr3Field,
  PageFields,
  RootField,
  RowLayout,
  ShadowPageFields,
  TlbsInRows,
  VcpuFields,
  VpidFields,
} from './rows/fields.ts';
export { type RowOptions, rowLayout } from './rows/layout.ts';
export type { TaggedSet, WordMask } from './rows/tagged-set.ts';
export { EngineError } from './views/engine-error.ts';
export { PackError, Packer } from './views/pack.ts';
export { Unpacker } from './views/unpack.ts';
