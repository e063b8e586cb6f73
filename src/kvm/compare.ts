import type { Event } from '../../spec/events/event.ts';
import type { Expected } from './expect.ts';
import { describeResult, type StreamResult } from './results.ts';

/** An event beside what KVM made of it. */
export interface KvmStep {
  readonly event: Event;
  readonly may: readonly string[];
  /** Null where KVM did not come to it. */
  readonly read: string | null;
  readonly differs: boolean;
}

/** Holds what a guest came to against what may come of its events, one by one. */
export function compareResult(expected: readonly Expected[], { words }: StreamResult): KvmStep[] {
  return expected.map(({ event, may }, i) => {
    const word = words[i];
    const read = word === undefined ? null : describeResult(word, event.kind === 'access');
    return { event, may, read, differs: read !== null && !may.includes(read) };
  });
}
