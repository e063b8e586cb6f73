import { type Changes, exercises } from '../check/changes.ts';
import { formatScope, type Scope } from '../check/scopes.ts';
import type { ScopeSearch } from '../check/search-scopes.ts';
import { glue } from './wrap.ts';

/** What no step came to: `never consulted: pgeToggle; never carried out: invlpg`. */
export function formatNever({ decisions, functions, reducers }: Changes): string {
  const part = (what: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`never ${what}: ${names.join(', ')}`];
  return [
    ...part('consulted', decisions),
    ...part(
      'called',
      functions.map((name) => `${name}()`),
    ),
    ...part('carried out', reducers),
  ].join('; ');
}

/** The small layouts on which a search came to any of some changes. */
export function scopesThat(searches: readonly ScopeSearch[], changes: Changes): Scope[] {
  return searches
    .filter(({ result }) => result !== null && exercises(result.coverage, changes))
    .map(({ scope }) => scope);
}

/** Where else some changes are exercised, as far as was searched. */
export function formatElsewhere(searches: readonly ScopeSearch[], changes: Changes): string {
  const where = scopesThat(searches, changes).map((scope) => glue(formatScope(scope)));
  const isCut = searches.length === 0 || searches.some(({ result }) => result === null);
  const rest = isCut ? 'not every small layout was searched for it' : 'no other small layout exercises it';
  return where.length === 0 ? rest.replace('other ', '') : `exercised on: ${where.join('; ')}; ${rest}`;
}
