import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type PageServer, servePage } from '../../../src/explore/server.ts';
import { vtlb } from '../../run-vtlb.ts';
import { BUILT_SPEC } from '../cli/kernel-files.ts';
import { CHROMIUM, closeQuietly, launch, open, type Watched } from './chromium.ts';

const LEAVES = 'test/examples/leave-prev-roots.ts';
const TINY = ['--bound', 'cachedRoots=1'];
const STALE = 'events=access+u0;mov-cr4+pcide=1;write-pte+a:u0+f2;mov-cr3+b+pcid=1;invpcid+all';

describe.skipIf(CHROMIUM === undefined)('a kernel file with code of its own, in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-own-page-'));
  let browser: Browser;
  let context: BrowserContext;
  let child: ChildProcess;
  beforeAll(async () => {
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  });
  afterEach(async () => {
    if (child?.exitCode !== null) return;
    child.kill('SIGINT');
    await once(child, 'close');
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Serves the page by the command, and opens the address that it prints. */
  async function explore(...args: string[]): Promise<Watched & { readonly origin: string }> {
    child = spawn(process.execPath, ['dist/src/cli/main.js', 'explore', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin?.end('access u0\ninvlpg u0\nmov-cr3 b\n');
    const [text] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const [url = ''] = String(text).split('\n');
    return { ...(await open(context, url)), origin: url.split('#')[0] as string };
  }

  it('runs there, is searched in a worker, and is compared with others', async () => {
    const watched = await explore('--kernel', LEAVES, '--versus', 'v6.12', ...TINY);
    const { page, origin } = watched;
    expect(page.url()).toBe(
      `${origin}#kernel=leave-prev-roots.ts&versus=v6.12&contract=kvm&layout=minimal&bound=cachedRoots=1`,
    );
    await page.getByRole('button', { name: 'Find a counterexample' }).click();
    await page.locator('.found', { hasText: '1,274 states, 6,365 transitions, depth 5' }).waitFor();
    expect(page.url()).toContain(STALE);
    expect(await page.locator('.outcome').allTextContents()).toEqual([
      expect.stringContaining('prev_roots[0] (a|0) still maps u0 to f1'),
      expect.not.stringContaining('still maps'),
    ]);
    await page.getByRole('combobox', { name: 'Kernel', exact: true }).selectOption('v6.1');
    await page.getByRole('combobox', { name: 'beside' }).selectOption('leave-prev-roots.ts');
    expect(await page.title()).toBe('v6.1 and leave-prev-roots.ts, step 5 of 5 - vtlb explore');
    await closeQuietly(watched, origin);
  });

  it('shows as the failure of a step what its code throws, and goes on from before', async () => {
    const file = join(folder, 'it throws.mjs');
    writeFileSync(
      file,
      `import { defineKernel, invlpg } from '${BUILT_SPEC}';
      const kvm = (here, { page }) => { throw new Error(page); };
      export default defineKernel({ base: 'v6.12', reducers: { invlpg: { ...invlpg, kvm } } });\n`,
    );
    const watched = await explore('-', '--kernel', file);
    const { page, origin } = watched;
    expect(await page.getByRole('alert').textContent()).toBe(
      'Step 2, invlpg u0, cannot be carried out under it throws.mjs: its invlpg failed: u0.',
    );
    expect(await page.locator('.step-bar').textContent()).toContain('step 1 of 1');
    await page.getByRole('button', { name: 'Undo' }).click();
    expect(page.url()).toContain('&events=access+u0;invlpg+u0;mov-cr3+b&step=0');
    expect(await page.getByRole('alert').count()).toBe(1);
    await page.getByRole('button', { name: 'Redo' }).click();
    await page.getByRole('button', { name: 'Find a counterexample' }).click();
    await page.locator('.found.wrong', { hasText: 'The search failed: its invlpg failed: u0' }).waitFor();
    await page.getByRole('button', { name: 'mov-cr3 b', exact: true }).click();
    expect(page.url()).toContain('&events=access+u0;mov-cr3+b&step=2');
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'invlpg u0, its invlpg failed: u0' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('Step 3, invlpg u0, cannot be carried out');
    await closeQuietly(watched, origin);
  });

  it('where it is not served, a link to it says so', async () => {
    const out = join(folder, 'copy');
    expect(vtlb(['explore', '--kernel', LEAVES, '--out', out]).status).toBe(0);
    const origin = pathToFileURL(out).href;
    const opened = await open(context, `${origin}/index.html#kernel=leave-prev-roots.ts`);
    expect(await opened.page.locator('main').textContent()).toContain(
      'a kernel file that is served with the page (a page that is opened as a file may load none: expected it from a web server)',
    );
    await opened.page.getByRole('link', { name: 'start afresh' }).click();
    expect(await opened.page.locator('.step-bar').textContent()).toContain('step 0 of 0');
    await closeQuietly(opened, origin);

    const server: PageServer = await servePage(0);
    const { page, complaints } = await open(context, `${server.url}#kernel=v6.12`);
    await page.evaluate(() => {
      location.hash = '#kernel=v6.12&versus=leave-prev-roots.ts';
    });
    await page.locator('main.broken').waitFor();
    expect(await page.locator('main').textContent()).toContain(
      '(vtlb explore --kernel leave-prev-roots.ts serves it with the page; here: ',
    );
    expect(complaints).toEqual([expect.stringContaining('404')]);
    await page.close();
    await server.close();
  });
});
