import type { ScopeSearch } from '../../check/search-scopes.ts';
import type { CheckHeading } from '../../report/check.ts';
import type { JsonHeading } from '../../report/check-json.ts';
import { headingOf } from '../kernel.ts';
import type { Asked } from './asked.ts';

/** What a report is headed by. @param elsewhere what came of other layouts, where this one exercised nothing */
export function checkHeadingOf(
  { chosen, options: { contract, guest }, job: { tlbs } }: Asked,
  elsewhere: readonly ScopeSearch[],
): CheckHeading {
  return { ...headingOf(chosen, contract), guest, tlbs, changes: chosen.changes, elsewhere };
}

/** The same as JSON. */
export function jsonHeadingOf({ chosen, options, tree }: Asked): JsonHeading {
  const { name, base, isFile, note, set, overridden, architecture } = chosen;
  const { contract, layout, guest } = options;
  return {
    kernel: name,
    ...((isFile || note !== '') && { base }),
    ...(isFile && { overridden, architecture }),
    set,
    contract,
    layout,
    ...(guest !== undefined && { guest }),
    ...(tree !== null && { linux: { tree: tree.tree, commit: tree.commit, digest: tree.digest } }),
  };
}
