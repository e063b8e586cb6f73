import type * as Checker from '../../../src/checker/search.ts';

/** The built search: worker threads load no TypeScript. `npm test` builds before. */
export async function builtSearch(): Promise<typeof Checker.search> {
  const built: typeof Checker = await import(
    new URL('../../../dist/src/checker/search.js', import.meta.url).href
  );
  return built.search;
}
