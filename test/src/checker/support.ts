import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Limits, StopReason } from '../../../src/checker/limits.ts';
import { type Model, type ModelSource, REFUSED } from '../../../src/checker/model.ts';

/** Limits under which toy models end by themselves. */
export const NO_LIMITS: Limits = {
  maxStates: Number.POSITIVE_INFINITY,
  maxMemory: 1 << 26,
  reached: async () => null,
};

/** Limits that stop a search when it asks for the `n`th time. */
export function stopAt(n: number, reason: StopReason = 'interrupt'): Limits {
  let asked = 0;
  return { ...NO_LIMITS, reached: async () => (++asked >= n ? reason : null) };
}

/** The source of a toy model. */
export function toy(data: object): ModelSource {
  return { module: new URL('./toys.mjs', import.meta.url).href, data };
}

/** A folder that is removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-checker-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The goals of the last step and state of a trace, which a model follows without a refusal. */
export function follow(model: Model, trace: readonly number[]): number {
  const buffer = new Int32Array(model.bufferWords);
  model.initial(buffer);
  let mask = 0;
  for (const event of trace) {
    mask = model.step(buffer, event, -1);
    expect(mask & REFUSED).toBe(0);
  }
  return mask | model.inspect(buffer, -1);
}
