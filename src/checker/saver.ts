import type { CheckpointHead } from './checkpoint.ts';
import { WriteError } from './whole-file.ts';
import { type Body, writeCheckpoint } from './write-checkpoint.ts';

/** Of the time of a search, at most one part in so many goes into checkpoints. */
const SHARE = 10;

/** Writes the checkpoints of a search: one at every so many seconds, and one when a limit stops it. */
export class Saver {
  /** Why the last one could not be written, which does not end a search; null if it was. */
  unwritten: string | null = null;
  private readonly file: string;
  private readonly every: number;
  private due: number;

  /** @param seconds between two */
  constructor(file: string, seconds: number) {
    this.file = file;
    this.every = seconds * 1000;
    this.due = performance.now() + this.every;
  }

  /** Whether it is time to write one. */
  get isDue(): boolean {
    return performance.now() >= this.due;
  }

  /** Notes why there is nothing to write. */
  giveUp(reason: string): void {
    this.unwritten = new WriteError(this.file, reason).message;
  }

  async save(head: CheckpointHead, body: Body): Promise<void> {
    const start = performance.now();
    try {
      await writeCheckpoint(this.file, head, body);
      this.unwritten = null;
    } catch (error) {
      if (!(error instanceof WriteError)) throw error;
      this.unwritten = error.message;
    }
    const now = performance.now();
    this.due = now + Math.max(this.every, (now - start) * SHARE);
  }
}
