/** What became of a guest. */
export interface StreamResult {
  /** What each event came to that was carried out, as RESULT_* of test/kvm/rig/rig.h or what was read. */
  readonly words: readonly number[];
  /** Why its vCPU went no further; null if it came to its end. */
  readonly stopped: string | null;
}

/**
 * Reads what test/kvm/rig/vmm.c says of its streams.
 *
 * @returns by number of the stream; null for one of which nothing was said
 */
export function parseResults(report: string, streams: number): (StreamResult | null)[] {
  const results: (StreamResult | null)[] = Array.from({ length: streams }, () => null);
  for (const [, number, how, count, why, words = ''] of report.matchAll(
    /^stream (\d+) (done|stopped) (\d+)(?: (.*))?\n((?:[0-9a-f]+ )*)$/gm,
  )) {
    const list = words.split(' ').slice(0, -1);
    if (list.length !== Number(count) || Number(number) >= streams) continue;
    results[Number(number)] = {
      words: list.map((word) => Number.parseInt(word, 16)),
      stopped: how === 'done' ? null : (why ?? 'for no reason that it says'),
    };
  }
  return results;
}

const PAGE_FAULT = 0x80000000;
const PROTECTION_FAULT = 0xc0000000;
const UNDEFINED = 0xd0000000;
const NESTED_EXIT = 0xe0000000;
const NO_NESTED_ENTRY = 0xf0000000;

/** A result in words: `ok`, a frame that a read found, or the exception, #PF with the P bit of its error code. */
export function describeResult(word: number, isRead: boolean): string {
  if (word === PROTECTION_FAULT) return '#GP';
  if (word === UNDEFINED) return '#UD';
  if (word >= NO_NESTED_ENTRY) return `no nested VM entry, error ${word - NO_NESTED_ENTRY}`;
  if (word >= NESTED_EXIT) return `nested VM exit ${(word - NESTED_EXIT) & 0xffff}`;
  if (word >= PAGE_FAULT) return pageFault((word & 1) === 1);
  return isRead || word !== 0 ? `f${word}` : 'ok';
}

/** A page fault in words. */
export function pageFault(present: boolean): string {
  return `#PF P=${present ? 1 : 0}`;
}
