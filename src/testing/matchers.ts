import type {} from 'vitest';
import type { Event } from '../../spec/events/event.ts';
import type { World } from '../../spec/world/world.ts';
import { type Replay, replay } from '../replay/replay.ts';
import { formatSteps } from '../report/steps.ts';
import { parseTrace } from '../trace/parse.ts';
import type { Adapter } from './adapter.ts';
import { lockstep } from './lockstep.ts';
import { type LockstepOptions, type WorldOptions, worldFrom } from './options.ts';
import { formatLockstep } from './report.ts';

/** What a matcher gives to vitest. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** Whether an implementation answers as the specification does: `await expect(adapter).toAgreeWithSpec({ ... })`. */
async function toAgreeWithSpec(adapter: Adapter, options: LockstepOptions = {}): Promise<MatcherResult> {
  const report = await lockstep(adapter, options);
  return { pass: report.failure === null, message: () => formatLockstep(report) };
}

/**
 * Whether no property breaks at any step of a trace, given as text or as events; on v6.12 unless told otherwise:
 * `expect('access u0').toBeClean({ kernel: 'v5.13' })`.
 */
function toBeClean(trace: string | readonly Event[], options: WorldOptions = {}): MatcherResult {
  const world = worldFrom(options, 'v6.12');
  const events =
    typeof trace === 'string' ? parseTrace(trace, world.layout).map(({ event }) => event) : trace;
  const replayed = replay(world, events);
  return { pass: replayed.verdict === 'clean', message: () => explain(world, replayed) };
}

function explain(world: World, replayed: Replay): string {
  const broken = replayed.steps.flatMap(({ breaches }, i) =>
    breaches.map(({ property, message }) => `step ${i + 1}: ${property}: ${message}`),
  );
  return [`the trace is ${replayed.verdict}`, ...broken, '', formatSteps(world, replayed)].join('\n');
}

/** Matchers for vitest: `expect.extend(vtlbMatchers)` in a test or in a setup file. */
export const vtlbMatchers = { toAgreeWithSpec, toBeClean };

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: it must be declared as vitest declares it
  interface Matchers<T = any> {
    /** Whether an adapter answers as the specification does; see `lockstep`. */
    toAgreeWithSpec(options?: LockstepOptions): Promise<T>;
    /** Whether a trace breaks no property at any step. */
    toBeClean(options?: WorldOptions): T;
  }
}
