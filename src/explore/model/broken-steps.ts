import type { Replay, ReplayStep } from '../../replay/replay.ts';

/** The steps with something broken that was not so at the step before, in their order. */
export function brokenSteps({ steps }: Replay): number[] {
  return steps.flatMap((step, i) => {
    const known = textsOf(steps[i - 1]);
    return [...textsOf(step)].some((text) => !known.has(text)) ? [i + 1] : [];
  });
}

function textsOf(step: ReplayStep | undefined): Set<string> {
  return new Set(step?.breaches.map(({ property, message }) => `${property}: ${message}`));
}

/** Where a trace opens: at the first step that any of the kernels breaks something at, else at the last. */
export function openingStep(replays: readonly [Replay, ...Replay[]]): number {
  const first = Math.min(...replays.flatMap(brokenSteps));
  return Number.isFinite(first) ? first : replays[0].steps.length;
}
