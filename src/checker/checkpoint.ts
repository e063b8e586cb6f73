import type { Found } from './goals.ts';

/**
 * A search at some moment, as a file:
 *
 *     0   magic      8 bytes
 *     8   version    32 bits
 *     12  head size  32 bits
 *     16  file size  64-bit floating point
 *     24  head       JSON, UTF-8
 *         body       the sections, one after the other
 *         checksum   SHA-256 of all before
 *
 * Numbers are little-endian.
 */
export const FORMAT = {
  magic: Buffer.from('srchstop', 'latin1'),
  /** Of the layout, and of which states stand for others. */
  version: 4,
  preludeBytes: 24,
  checksum: 'sha256',
  checksumBytes: 32,
} as const;

/** The parts of the body, in their order. */
export const SECTIONS = ['keys', 'current', 'next', 'events', 'children'] as const;

export type Section = (typeof SECTIONS)[number];

/** All of a search at some moment but its states. */
export interface CheckpointHead {
  /** The model's. */
  readonly identity: string;
  /** What the code of the search is known by. */
  readonly build: string;
  /** 32-bit words of a state, and of its facts. */
  readonly words: number;
  readonly facts: number;
  readonly symmetry: boolean;
  readonly transitions: number;
  /** The distance of the states that were being expanded, and that of the farthest state found. */
  readonly level: number;
  readonly depth: number;
  /** States expanded, each as often as it was. */
  readonly expansions: number;
  /** The event to go on with in the first state that is not expanded. */
  readonly event: number;
  /** States first reached from that state so far. */
  readonly newborn: number;
  /** Masks of the goals still looked for, and of those whose trace is not known. */
  readonly wanted: number;
  readonly untraced: number;
  readonly found: readonly Found[];
  readonly fired: readonly number[];
  readonly noted: readonly number[];
  /** Whether it is known how each state was reached. */
  readonly origins: boolean;
  /** Bytes of an entry of `events` and `children`. */
  readonly countBytes: number;
  /** Entries of each section: rows of words, those of `keys` with their facts, and counts. */
  readonly entries: Readonly<Record<Section, number>>;
}

/** Bytes of an entry of a section. */
export function entryBytes(head: CheckpointHead, section: Section): number {
  if (section === 'events' || section === 'children') return head.countBytes;
  return (section === 'keys' ? head.words + head.facts : head.words) * 4;
}

/** Bytes of a section. */
export function sectionBytes(head: CheckpointHead, section: Section): number {
  return head.entries[section] * entryBytes(head, section);
}
