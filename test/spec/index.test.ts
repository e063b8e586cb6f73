import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const SPEC = new URL('../../spec/', import.meta.url);
const NOT_FOR_OVERRIDES = ['index.ts', 'reducer.ts'];

/** What a user's reducer is written with must all be there: every reducer, and every function of KVM. */
it.each([
  ['index.ts', './reducers/', 'reducers/'],
  ['kvm/index.ts', './', 'kvm/'],
])('spec/%s exports every file of %s', (index, prefix, folder) => {
  const text = readFileSync(new URL(index, SPEC), 'utf8');
  const files = readdirSync(new URL(folder, SPEC)).filter((file) => !NOT_FOR_OVERRIDES.includes(file));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) expect(text).toContain(`export * from '${prefix}${file}';`);
});
