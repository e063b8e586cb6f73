import type { Alphabet, LayoutDefinition } from '../../../spec/layouts/layout.ts';

/** Every letter. */
const ALPHABET: readonly Alphabet[] = [
  'access',
  'write-pte',
  'write-pte emulated',
  'write-pte none',
  'write-dir',
  'mov-cr3',
  'mov-cr4 pcide',
  'mov-cr4 pge',
  'mov-cr4 smep',
  'mov-cr0',
  'invlpg',
  'invpcid address',
  'invpcid single',
  'invpcid all',
  'invpcid all-nonglobal',
  'mov-cr3-twice',
  'nested',
  'nested vpid',
  'page-fault',
  'zap-during',
  'host zap-all',
  'host fail-entry',
  'host flush-guest',
  'host init',
  'host migrate',
];

const layout = (name: string, levels: 2 | 3, sharedUserTable: boolean): LayoutDefinition => ({
  name,
  doc: 'every event there is',
  levels,
  sharedUserTable,
  bounds: { kernelPages: 1 },
  alphabet: ALPHABET,
});

/** Layouts that try every kind of event. */
export const EVERYTHING = {
  everything: layout('everything', 2, false),
  'everything, shared': layout('everything, shared', 2, true),
  'everything, deep': layout('everything, deep', 3, false),
  'everything, deep and shared': layout('everything, deep and shared', 3, true),
  'everything, window': { ...layout('everything, window', 2, false), window: true },
} as const;
