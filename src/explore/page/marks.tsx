import type { Stale } from '../../picture/picture.ts';
import { jump } from './state.ts';

/** The classes of something that may have changed with the last step, or be stale. */
export function classes(base: string, isChanged: boolean, stale: Stale = null): string {
  return `${base}${isChanged ? ' is-changed' : ''}${stale === null ? '' : ' is-stale'}`;
}

/** Says of something stale since which step it is so, and leads there. */
export function StaleMark({ stale }: { stale: Stale }) {
  if (stale === null) return null;
  const { since } = stale;
  return (
    <button
      type="button"
      class="since"
      title={`stale since step ${since}: show that step`}
      onClick={() => jump(since)}
    >
      ! stale since {since === 0 ? 'the start' : `step ${since}`}
    </button>
  );
}

/** Says to those who cannot see it that the last step changed something. */
export function ChangedMark({ isChanged }: { isChanged: boolean }) {
  return isChanged ? <span class="unseen">(changed by this step)</span> : null;
}
