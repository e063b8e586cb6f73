import type { Progress } from '../../checker/result.ts';
import type { CutReason } from './messages.ts';
import { tell } from './tell.ts';

/** Milliseconds between two of what is told. */
const REFRESH = 250;

/** Keeps the watching thread told of how far a search is, in the words that it prints if it has to cut it off. */
export class Standing {
  private readonly words: (far: Progress, reason: CutReason) => string;
  private last = Number.NEGATIVE_INFINITY;

  constructor(words: (far: Progress, reason: CutReason) => string) {
    this.words = words;
    this.tell({ states: 0, transitions: 0, depth: 0, frontier: 0 });
  }

  tell(far: Progress): void {
    const now = performance.now();
    if (now - this.last < REFRESH) return;
    this.last = now;
    tell({ standing: { time: this.words(far, 'time'), interrupt: this.words(far, 'interrupt') } });
  }
}
