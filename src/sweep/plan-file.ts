import type { Means, Plan } from './plan.ts';
import { readSearch, record } from './read-search.ts';
import { digestOf } from './search.ts';

/** The file of a plan in the folder of its answers. */
export const PLAN_NAME = 'plan.json';

const FORMAT = 'vtlb plan 1';

/** A plan that cannot be used, and why. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}

/** The text of the file of a plan. */
export function planText({ build, means, searches, leftOut }: Plan): string {
  const asked = searches.map((search) => ({ digest: digestOf(search, build), search }));
  return `${JSON.stringify({ format: FORMAT, build, means, leftOut, searches: asked })}\n`;
}

/** Reads the file of a plan. @throws PlanError if it is none, or of another build of vtlb */
export function readPlan(text: string, build: string): Plan {
  const plan = parsed(text);
  if (plan === null || plan.format !== FORMAT) throw new PlanError(`expected a plan of format '${FORMAT}'`);
  if (plan.build !== build)
    throw new PlanError('it is of another build of vtlb: expected to be planned again');
  const { searches, leftOut } = plan;
  const means = readMeans(plan.means);
  if (!Array.isArray(searches) || !Array.isArray(leftOut) || means === null)
    throw new PlanError('expected searches, what is left out, and means');
  return {
    build,
    means,
    searches: searches.map((each, i) => {
      const { digest, search: asked } = record(each) ?? {};
      const search = readSearch(asked);
      if (search === null || digest !== digestOf(search, build))
        throw new PlanError(`search ${i + 1}: expected one with its digest`);
      return search;
    }),
    leftOut: leftOut.map((each, i) => {
      const { kernel, layout, why } = record(each) ?? {};
      if (typeof kernel !== 'string' || typeof layout !== 'string' || typeof why !== 'string')
        throw new PlanError(`entry ${i + 1} of what is left out: expected kernel, layout and why`);
      return { kernel, layout, why };
    }),
  };
}

function readMeans(value: unknown): Means | null {
  const { workers, maxMemory } = record(value) ?? {};
  const isCount = (each: unknown): each is number => Number.isSafeInteger(each) && (each as number) > 0;
  return isCount(workers) && (maxMemory === null || isCount(maxMemory)) ? { workers, maxMemory } : null;
}

function parsed(text: string) {
  try {
    return record(JSON.parse(text));
  } catch {
    return null;
  }
}
