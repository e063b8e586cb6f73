import axe, { type RuleObject } from 'axe-core';
import type { Page } from 'playwright-core';

/** What axe-core finds on a page that is serious or moderate or worse: the rule, and where. */
export async function barriersOn(page: Page, rules: RuleObject = {}): Promise<string[]> {
  // As an evaluation, since the page's policy lets no script in.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(
    (chosen) => (globalThis as unknown as { axe: typeof axe }).axe.run({ rules: chosen }),
    rules,
  );
  return violations
    .filter(({ impact }) => impact !== 'minor')
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}
