import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyInto } from '../../../src/cli/write-folder.ts';
import { PAGE_FILES, pageFolder } from '../../../src/explore/files.ts';
import { type PageServer, servePage } from '../../../src/explore/server.ts';
import { barriersOn } from './barriers.ts';
import { CHROMIUM, closeQuietly, launch, open, type Watched } from './chromium.ts';

const STALE =
  '#kernel=v5.13&contract=kvm&layout=minimal&events=access+u0;write-pte+a:u0+f2;write-pte+b:u0+f2;mov-cr3+b;mov-cr4+pcide=1';

describe.skipIf(CHROMIUM === undefined)('the page in Chromium', () => {
  let browser: Browser;
  let context: BrowserContext;
  let server: PageServer;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launch(), servePage(0)]);
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** Opens the page, lets `act` use it, and holds it to silence. */
  async function use(fragment: string, act: (watched: Watched) => Promise<void>): Promise<void> {
    const watched = await open(context, server.url + fragment);
    await act(watched);
    await closeQuietly(watched, server.url);
  }

  it('shows a counterexample, steps it back and forth, and marks what is stale since when', () =>
    use(STALE, async ({ page }) => {
      const cached = page.locator('[data-holder="prev_roots[0]"]');
      const marks = page.locator('.since');
      expect(await page.title()).toBe('v5.13, step 5 of 5 - vtlb explore');
      expect(await page.locator('.framed').filter({ has: cached }).count()).toBe(1);
      expect(await cached.getAttribute('class')).toContain('is-stale');
      expect(await marks.allTextContents()).toEqual(['! stale since step 5', '! stale since step 5']);
      expect(await page.locator('.outcome').textContent()).toContain(
        'prev_roots[0] (a|0) still maps u0 to f1',
      );

      await page.getByRole('button', { name: 'Undo' }).click();
      expect(page.url()).toContain('&step=4');
      expect(await page.locator('.framed').filter({ has: cached }).count()).toBe(0);
      expect(
        await page
          .getByRole('region', { name: /^prev_roots, outside/ })
          .filter({ has: cached })
          .count(),
      ).toBe(1);
      expect(await marks.count()).toBe(0);
      expect(await cached.textContent()).toContain('stale if used');

      await page.getByRole('button', { name: 'Redo' }).click();
      expect(await marks.count()).toBe(2);
      await page.getByRole('button', { name: /^2 ?write-pte a:u0 f2/ }).click();
      expect(page.url()).toContain('&step=2');
    }));

  it('steps by clicking an event; those that fault do nothing; going back in the browser undoes it', () =>
    use('#kernel=v6.12', async ({ page }) => {
      await page.getByRole('button', { name: 'access u0' }).click();
      expect(page.url()).toContain('&events=access+u0&step=1');
      expect(await page.locator('.arrow > .changes > li').allTextContents()).toContain(
        'hardware TLB takes in 0:u0=f1',
      );
      expect(await page.getByRole('status').textContent()).toContain('Step 1: access u0. Reads f1.');
      const refused = page.getByRole('button', { name: 'mov-cr3 a noflush #GP, is refused' });
      expect(await refused.getAttribute('aria-disabled')).toBe('true');
      await refused.dispatchEvent('click');
      expect(page.url()).toContain('&events=access+u0&step=1');
      await page.getByRole('button', { name: 'mov-cr3 b', exact: true }).click();
      await page.goBack();
      expect(page.url()).toContain('&events=access+u0&step=1');
      expect(await page.locator('.step-bar').textContent()).toContain('step 1 of 1');
    }));

  it('sets a trace out along its steps, opens at the first that is broken, and goes to the next by a key', () =>
    use(`${STALE};mov-cr3+a+noflush;access+u0`, async ({ page }) => {
      const current = page.locator('.axis tr.current');
      const shows = async () => (await current.locator('th').textContent())?.trim();
      expect(await shows()).toBe('5mov-cr4 pcide=1! broken');
      expect(await current.locator('.deed').textContent()).toBe('kvm_set_cr4pcideSet=nothing');
      expect(await current.locator('.dot.stale').textContent()).toBe('! f1 stale');
      expect(await page.locator('.axis tbody tr').nth(4).locator('.has-changed').count()).toBe(7);
      await page.keyboard.press('n');
      expect(await shows()).toBe('6mov-cr3 a noflush! broken');
      await page.keyboard.press('n');
      expect(await page.getByRole('alert').textContent()).toBe('No later step breaks anything new.');
      await page.keyboard.press('N');
      expect(await shows()).toBe('5mov-cr4 pcide=1! broken');
      await page.keyboard.press('g');
      await page.getByRole('button', { name: 'Next broken' }).click();
      expect(page.url()).toContain('&step=5');
    }));

  it('follows the links of tables, side by side too, and explains names', () =>
    use(`${STALE}&versus=patch`, async ({ page }) => {
      const side = page.locator('.state').nth(1);
      expect(await side.locator('.connectors path').count()).toBe(3);
      const link = side.getByRole('button', { name: 'to a.u@wp' });
      await link.focus();
      expect(await side.locator('.connectors .followed').count()).toBe(1);
      await link.click();
      const reached = await page.evaluate(() => {
        const states = [...document.querySelectorAll('.state')];
        const { activeElement } = document;
        return [
          activeElement?.getAttribute('data-page'),
          states.findIndex((each) => each.contains(activeElement)),
        ];
      });
      expect(reached).toEqual(['a.u@wp', 1]);
      const tip = page.getByRole('tooltip');
      await side.locator('.holder + .cr3 .term').first().focus();
      expect(await tip.textContent()).toContain('b|0: the CR3 value of space b');
      await page.locator('.axis .term', { hasText: 'f1' }).first().hover();
      expect(await tip.textContent()).toContain('f1: a guest page frame');
      await page.keyboard.press('Escape');
      expect(await tip.count()).toBe(0);
    }));

  it('folds properties that hold, filters decisions, and says that it copied the link', () =>
    use(STALE, async ({ page }) => {
      expect(await page.locator('.properties tbody tr:visible th').allTextContents()).toEqual([
        'vtlb-within-guest-tlb',
        'prev-roots-outside-vtlb',
      ]);
      await page.getByText('10 others hold').click();
      expect(await page.locator('.properties tbody tr:visible').count()).toBe(12);
      await page.getByText('Decisions and bounds').click();
      await page.getByRole('searchbox', { name: 'with the word' }).fill('1->0');
      expect(await page.locator('.decision').allTextContents()).toEqual([
        expect.stringMatching(/^pcideClear/),
      ]);
      await context.grantPermissions(['clipboard-read', 'clipboard-write']);
      const link = page.getByRole('link', { name: 'Link to this state' });
      await link.click();
      await link.getByText('copied', { exact: true }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(page.url());
      expect(page.url()).toContain('&step=5');
      await page.keyboard.press('k');
      expect(await link.textContent()).toBe('Link to this state');
    }));

  it('has the invariant, with what breaks a clause; not where the proof leaves something out', () =>
    use(STALE, async ({ page }) => {
      const panel = page.getByRole('region', { name: 'Invariant' });
      const clauses = () => panel.locator('tbody tr:visible th').allTextContents();
      expect(await clauses()).toEqual([
        expect.stringMatching(/^vtlb-within-guest-tlb/),
        expect.stringMatching(/^cached-loaded/),
        expect.stringMatching(/^shadow-held/),
        expect.stringMatching(/^nothing-cached/),
      ]);
      expect(await panel.locator('tbody tr', { hasText: 'cached-loaded' }).locator('li').textContent()).toBe(
        '!breaks it: cpu 0: a|0 (wp)',
      );
      await panel.getByText('21 others hold').click();
      expect((await clauses()).length).toBe(25);
      await page.goto(`${server.url}#layout=window`);
      expect(await panel.textContent()).toContain('the proof leaves out a page that is walked at two levels');
    }));

  it('opens a step into exit, enter and speculate', () =>
    use('#kernel=v6.12&events=access+u0;write-pte+a:u0+f2;mov-cr3+b;mov-cr3+a', async ({ page }) => {
      await page.getByText('Exit, enter, speculate').click();
      const phase = (name: string) => page.getByRole('region', { name, exact: true }).textContent();
      expect(await phase('exit')).toContain('requests none -> MMU_SYNC LOAD_MMU_PGD TLB_FLUSH_CURRENT');
      expect(await phase('enter')).toContain('a.u@wp is synced');
      expect(await phase('speculate')).toContain('guest TLB takes in 0:u0=f2');
    }));

  it('is used by keys alone, which leave what is typed in alone', () =>
    use(STALE, async ({ page }) => {
      const step = async () => /step=(\d)/.exec(page.url())?.[1];
      for (const [key, at] of [
        ['k', '4'],
        ['u', '3'],
        ['ArrowLeft', '2'],
        ['j', '3'],
        ['r', '4'],
        ['ArrowRight', '5'],
        ['g', '0'],
        ['G', '5'],
      ] as const) {
        await page.keyboard.press(key);
        expect(await step()).toBe(at);
      }
      await page.keyboard.press('?');
      expect(await page.getByRole('heading', { name: /^Keys/ }).isVisible()).toBe(true);
      await page.keyboard.press('Escape');
      expect(await page.getByRole('heading', { name: /^Keys/ }).count()).toBe(0);
      await page.getByText('As text').click();
      await page.getByRole('textbox').press('k');
      expect(await step()).toBe('5');
      await page.keyboard.press('Control+Home');
      await page.locator('body').press('Tab');
      const skip = page.getByRole('button', { name: 'Skip to the events' });
      await skip.focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('access u0');
      await page.keyboard.press('Enter');
      expect(page.url()).toContain('&step=6');
    }));

  it('takes a trace as text, and says what is wrong with one', () =>
    use('#kernel=v6.12', async ({ page }) => {
      await page.getByText('As text').click();
      await page.getByRole('textbox').fill('access u0\nmov-cr3 d');
      await page.getByRole('button', { name: 'Carry out' }).click();
      expect(await page.getByRole('alert').textContent()).toBe(
        "line 2, column 9: expected a space (a, b), found 'd'",
      );
      await page.getByRole('textbox').fill('access u0\nmov-cr3 b');
      await page.getByRole('button', { name: 'Carry out' }).click();
      expect(page.url()).toMatch(/&events=access\+u0;mov-cr3\+b$/);
      expect(await page.locator('.step-bar').textContent()).toContain('step 2 of 2');
    }));

  it('sets two kernels side by side, and says where they part', () =>
    use(STALE, async ({ page }) => {
      await page.getByRole('combobox', { name: 'beside' }).selectOption('patch');
      expect(await page.locator('.state h2').allTextContents()).toEqual(['v5.13', 'patch']);
      const parting = page.locator('.parting');
      expect(await parting.textContent()).toContain('The guest sees no difference on these events.');
      expect(await parting.textContent()).toContain('Here, after step 5:prev_roots [a|0 - -] -> [- - -]');
      expect(await page.locator('.axis .current .other').allTextContents()).toContainEqual(
        expect.stringContaining('patch'),
      );
      expect(await page.locator('.state').nth(1).locator('.since').count()).toBe(0);
      await page.getByText('Inside KVM and the TLBs they part at step 4, and anew at 1 later step').click();
      await page.getByRole('button', { name: 'step 4', exact: true }).click();
      expect(page.url()).toContain('&versus=patch&');
      expect(page.url()).toContain('&step=4');
      await page.goto(`${server.url}${STALE};mov-cr3+a+noflush;access+u0&versus=patch`);
      expect(await parting.textContent()).toContain(
        'First divergence that the guest sees, at step 7: v5.13 -> patchreads f1 -> f2',
      );
    }));

  it('follows links, its own examples among them', () =>
    use('', async ({ page }) => {
      await page.getByRole('link', { name: 'the same with a flushing MOV CR3 in place of INVPCID' }).click();
      expect(page.url()).toContain('#kernel=v5.13&versus=patch&');
      expect(await page.locator('.step-bar').textContent()).toContain('step 7 of 9');
      const link = await page.getByRole('link', { name: 'Link to this state' }).getAttribute('href');
      expect(`${page.url()}&step=7`.endsWith(link as string)).toBe(true);
      await page.goBack();
      expect(await page.locator('.step-bar').textContent()).toContain('step 0 of 0');
    }));

  it('explains a link that cannot be read, and offers a way out', () =>
    use('#kernel=v5.13&events=access+u0;mov-cr3+d', async ({ page }) => {
      expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain(
        'This link cannot be read',
      );
      const said = await page.locator('dl').textContent();
      for (const part of ['events: event 2, column 9', 'a space (a, b)', "'d'"]) expect(said).toContain(part);
      await page.getByRole('link', { name: 'start afresh' }).click();
      expect(await page.locator('.step-bar').textContent()).toContain('step 0 of 0');
    }));

  it('never takes what stands in a link for markup', () =>
    use('#kernel=%3Cimg%20src=x%20onerror=alert(1)%3E', async ({ page }) => {
      expect(await page.locator('dl').textContent()).toContain('<img src=x onerror=alert(1)>');
      expect(await page.locator('img').count()).toBe(0);
    }));

  it('finds a counterexample in a worker and shows it', () =>
    use('#kernel=v5.13', async ({ page }) => {
      const worker = page.waitForEvent('worker');
      await page.getByRole('button', { name: 'Find a counterexample' }).click();
      expect((await worker).url()).toContain('/explorer.js');
      await page.locator('.found', { hasText: 'Found, no shorter one exists: 5 events.' }).waitFor();
      expect(await page.locator('.found').textContent()).toContain(
        '1,336 states, 5,357 transitions, depth 5',
      );
      expect(page.url()).toMatch(/mov-cr4\+pcide=1$/);
      expect(await page.locator('.step-bar').textContent()).toContain('step 5 of 5');
      expect(await page.locator('.since').count()).toBe(2);
    }));

  it('finds a witness', () =>
    use('#kernel=patch', async ({ page }) => {
      await page.getByRole('combobox', { name: 'of' }).selectOption('cached-root-reused-while-pcide-set');
      await page.getByRole('button', { name: 'Find a witness' }).click();
      await page.locator('.found', { hasText: 'Found, no shorter one exists' }).waitFor();
      expect(page.url()).toContain('noflush');
    }));

  it('shows how far a long search is, and cancels it', () =>
    use('#kernel=patch&layout=kernel', async ({ page }) => {
      const ended = page.waitForEvent('worker').then((worker) => worker.waitForEvent('close'));
      await page.getByRole('button', { name: 'Find a counterexample' }).click();
      await page.locator('.counts', { hasText: /[1-9],\d{3} states, / }).waitFor();
      expect(await page.getByRole('progressbar').count()).toBe(1);
      await page.getByRole('button', { name: 'Cancel' }).click();
      await ended;
      expect(await page.locator('.found').textContent()).toMatch(/^Cancelled after [\d,]+ states/);
      expect(await page.getByRole('button', { name: 'Find a counterexample' }).isEnabled()).toBe(true);
    }));

  it('draws a neighbourhood when it is asked for, and goes where one clicks', () =>
    use('#kernel=v6.12', async ({ page }) => {
      expect(await page.locator('.graph').count()).toBe(0);
      await page.getByRole('button', { name: 'One step' }).click();
      const near = await page.locator('button.node').count();
      await page.getByRole('button', { name: 'Two steps' }).click();
      expect(await page.locator('button.node').count()).toBeGreaterThan(near);
      await page.getByRole('button', { name: /^access u0, then mov-cr3 b\b(?! pcid)/ }).click();
      expect(page.url()).toContain('&events=access+u0;mov-cr3+b&step=2');
    }));

  it('changes layout, bounds and decisions, and says which events that costs', () =>
    use('#layout=kernel&events=access+u0;access+k0;mov-cr3+b', async ({ page }) => {
      await page.getByRole('combobox', { name: 'Layout' }).selectOption('minimal');
      expect(await page.getByRole('alert').textContent()).toContain('2 events are left out');
      await page.getByText('Decisions and bounds').click();
      await page.getByRole('spinbutton', { name: 'spaces' }).fill('3');
      await page.keyboard.press('Tab');
      await page.getByRole('combobox', { name: 'pcideSet' }).selectOption('nothing');
      expect(page.url()).toContain('bound=spaces=3');
      expect(page.url()).toContain('set=pcideSet=nothing');
      expect(await page.locator('.state h2').textContent()).toBe('v6.12 with pcideSet=nothing');
    }));

  it('works as files that no server hands out, and then searches by itself', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vtlb-page-'));
    copyInto(folder, pageFolder(), Object.keys(PAGE_FILES));
    const origin = pathToFileURL(folder).href;
    const watched = await open(context, `${origin}/index.html#kernel=v5.13`);
    const { page } = watched;
    await page.getByRole('button', { name: 'access u0' }).click();
    await page.getByRole('button', { name: 'Find a counterexample' }).click();
    await page.locator('.found', { hasText: '1,336 states, 5,357 transitions, depth 5' }).waitFor();
    expect(page.workers()).toEqual([]);
    await page.getByRole('combobox', { name: 'Kernel', exact: true }).selectOption('patch');
    await page.getByRole('combobox', { name: 'Layout' }).selectOption('kernel');
    await page.getByRole('button', { name: 'Find a counterexample' }).click();
    await page.locator('.counts', { hasText: /[1-9],\d{3} states, / }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(await page.locator('.found').textContent()).toMatch(/^Cancelled after/);
    await closeQuietly(watched, origin);
    rmSync(folder, { recursive: true });
  });

  it.each([390, 1280])('needs no sideways scrolling at %i pixels', (width) =>
    use(STALE, async ({ page }) => {
      await page.setViewportSize({ width, height: 844 });
      const deep = '#layout=deep&events=access+u0;access+k0';
      for (const fragment of ['', STALE, `${STALE}&versus=patch`, deep, '#layout=smp', '#kernel=x']) {
        await page.goto(server.url + fragment);
        await page.locator('main').waitFor();
        const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect([fragment, Math.max(0, over)]).toEqual([fragment, 0]);
      }
    }),
  );

  it.each(['light', 'dark'] as const)('has contrast enough in the %s scheme', (colorScheme) =>
    use(STALE, async ({ page }) => {
      // Colours that are on their way to others are measured as neither.
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.getByRole('button', { name: 'One step' }).click();
      expect(await page.evaluate(poorContrasts)).toEqual([]);
      await page.goto(`${server.url}${STALE}&step=4&versus=patch`);
      expect(await page.evaluate(poorContrasts)).toEqual([]);
    }),
  );

  it('has nothing that axe-core minds', () =>
    use(`${STALE}&versus=patch`, async ({ page }) => {
      await page.getByRole('button', { name: 'One step' }).click();
      await page.keyboard.press('?');
      expect(await barriersOn(page, { 'color-contrast': { enabled: false } })).toEqual([]);
    }));

  it('does not try each event where a layout has thousands', () =>
    use(
      '#layout=kernel&bound=spaces=8,pcids=16,userPages=8,kernelPages=8,frames=8,vcpus=4',
      async ({ page }) => {
        expect(await page.locator('.events .hint').textContent()).toContain('Too many to try');
        await page.getByRole('button', { name: 'mov-cr3 h pcid=15 noflush', exact: true }).click();
        expect(await page.locator('.outcome').textContent()).toContain('is refused with #GP');
        await page.getByRole('button', { name: 'Find a counterexample' }).click();
        await page.getByRole('button', { name: 'Cancel' }).or(page.locator('.found.wrong')).waitFor();
      },
    ));

  it('names every control, and has one heading above all others', () =>
    use(STALE, async ({ page }) => {
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll<HTMLElement>('button, a, select, input, textarea')]
          .filter(
            (control) =>
              (control.getAttribute('aria-label') ?? control.textContent ?? '').trim() === '' &&
              control.closest('label') === null,
          )
          .map(({ outerHTML }) => outerHTML),
      );
      expect(nameless).toEqual([]);
    }));
});

/** Runs on the page: texts whose contrast with what is behind them is below 4.5, the WCAG's measure AA. */
function poorContrasts(): string[] {
  const channels = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const backgroundOf = (element: Element): string => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if ((channels(backgroundColor)[3] ?? 1) === 1) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  return [...document.querySelectorAll('body *')].flatMap((element) => {
    const text = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
    const words = text
      .map(({ textContent }) => textContent ?? '')
      .join('')
      .trim();
    if (words === '' || element.matches(':disabled, :disabled *, noscript')) return [];
    const [ink, paper] = [luminance(getComputedStyle(element).color), luminance(backgroundOf(element))];
    const contrast = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    return contrast < 4.5 ? [`${words}: ${contrast.toFixed(2)}`] : [];
  });
}
