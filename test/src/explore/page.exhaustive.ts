import type { Browser, CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { type PageServer, servePage } from '../../../src/explore/server.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { barriersOn } from './barriers.ts';
import { CHROMIUM, launch, open } from './chromium.ts';

const STALE =
  '#kernel=v5.13&events=access+u0;write-pte+a:u0+f2;write-pte+b:u0+f2;mov-cr3+b;mov-cr4+pcide=1;mov-cr3+a+noflush;access+u0';

/** Milliseconds in which the page is to answer a key. */
const ANSWER_MS = 50;

describe.skipIf(CHROMIUM === undefined)('the page in Chromium, at length', () => {
  let browser: Browser;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launch(), servePage(0)]);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe-core minds in any view: %s',
    async (colorScheme) => {
      for (const width of [390, 1280, 1440]) {
        const context = await browser.newContext({ viewport: { width, height: 860 }, colorScheme });
        for (const fragment of [
          '',
          STALE,
          `${STALE}&versus=patch&step=4`,
          '#layout=smp',
          '#layout=deep',
          '#kernel=x',
        ]) {
          const { page } = await open(context, server.url + fragment);
          await unfold(page);
          expect([fragment, width, await barriersOn(page)]).toEqual([fragment, width, []]);
          await page.close();
        }
        await context.close();
      }
    },
  );

  it('answers a key within the time of a blink, 200 events into the layout deep', async () => {
    const { events } = buildLayout(LAYOUTS.deep);
    const trace = Array.from({ length: 200 }, (_, i) =>
      formatEvent(events[(i * 7 + (i >> 3)) % events.length] as (typeof events)[number]),
    );
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
    const { page } = await open(
      context,
      `${server.url}#layout=deep&events=${trace.map(encodeURIComponent).join(';')}&step=150`,
    );
    const session = await context.newCDPSession(page);
    // The time of the thread, so that what else the machine does is left out.
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const rounds: number[] = [];
    for (let round = 0; round < 5; round++) rounds.push(await millisecondsAKey(page, session));
    expect(page.url()).toContain('&step=150');
    expect(Math.min(...rounds)).toBeLessThan(ANSWER_MS);
  });
});

/** Opens all that a view folds away. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const folded of document.querySelectorAll('details')) folded.open = true;
  });
  const around = page.getByRole('button', { name: 'Two steps' });
  if (await around.isVisible()) await around.click();
}

/** What a key costs, script, layout and paint, on average over some steps to and fro. */
async function millisecondsAKey(page: Page, session: CDPSession): Promise<number> {
  const spent = async () => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
  };
  const before = await spent();
  const keys = [...'kkkkkjjjjj'];
  await page.evaluate(async (pressed) => {
    for (const key of pressed) {
      document.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    }
  }, keys);
  return ((await spent()) - before) / keys.length;
}
