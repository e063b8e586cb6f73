// SPDX-License-Identifier: GPL-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest';
import { codeFiles } from '../../src/explore/code-files.ts';
import { formatLink, parseLink, START } from '../../src/explore/link.ts';
import { loadCode, nameOfCode } from '../../src/explore/linux-code.ts';
import { runLink } from '../../src/explore/model/run-link.ts';
import { PageSearch, type SearchEnd } from '../../src/explore/search/search.ts';
import { servePage } from '../../src/explore/server.ts';
import { buildLinux } from '../../src/linux/tree.ts';
import { vtlb } from '../run-vtlb.ts';
import { CHROMIUM, closeQuietly, launch, open, type Watched } from '../src/explore/chromium.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { patchedTree } from './support/patched-tree.ts';

const on73 = kernelTestOn('7.3');

/** The unload on PCIDE 0->1 is gone. */
const KEEPS_ROOTS = {
  file: 'regs.c',
  find: /(void kvm_post_set_cr4[\s\S]*?)kvm_mmu_unload\(vcpu\);/,
  replace: '$1;',
};

/** INVLPG ends in a BUG. */
const BUG = { file: 'mmu/mmu.c', find: /(\nvoid kvm_mmu_invlpg\([^{]*\{\n)/, replace: '$1\tBUG_ON(vcpu);\n' };

const STALE = ['access u0', 'write-pte a:u0 f2', 'write-pte b:u0 f2', 'mov-cr3 b', 'mov-cr4 pcide=1'];

describe.skipIf(CHROMIUM === undefined)("Linux's own code on the page, in Chromium", () => {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-code-page-'));
  let browser: Browser;
  let context: BrowserContext;
  let child: ChildProcess | null = null;
  beforeAll(async () => {
    browser = await launch();
    context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  });
  afterEach(async () => {
    child?.kill('SIGINT');
    if (child?.exitCode === null) await once(child, 'close');
    child = null;
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Serves the page by the command with a trace, and opens the address that it prints. */
  async function explore(
    trace: readonly string[],
    ...args: string[]
  ): Promise<Watched & { readonly origin: string; readonly digest: string }> {
    child = spawn(process.execPath, ['dist/src/cli/main.js', 'explore', '-', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    child.stdin?.end(`${trace.join('\n')}\n`);
    const [text] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    const [url = ''] = String(text).split('\n');
    const digest = /kernel=linux:[\w.+-]+@([0-9a-f]{12})&/.exec(url)?.[1] ?? '';
    return { ...(await open(context, url)), origin: url.split('#')[0] as string, digest };
  }

  on73('does what replay says of it, is searched in a worker, and says whose it is', async () => {
    const tree = await patchedTree('7.3', KEEPS_ROOTS);
    const watched = await explore(STALE.slice(0, 2), '--linux', tree, '--versus', 'v7.3');
    const { page, origin, digest } = watched;
    const called = `${tree} (its own code, digest ${digest})`;
    expect(await page.locator('.state h2').allTextContents()).toEqual([called, 'v7.3']);
    expect(await page.title()).toContain(`@${digest} and v7.3, step 2 of 2`);
    expect(await page.locator('section.search h2').textContent()).toContain(called);
    await page.getByRole('button', { name: 'Find a counterexample' }).click();
    await page.locator('.found', { hasText: 'Found, no shorter one exists: 5 events' }).waitFor();
    const { steps } = JSON.parse(
      vtlb(['replay', '-', '--linux', tree, '--json'], decoded(page.url()).join('\n')).stdout,
    );
    expect(steps.at(-1).violations).toContain('vtlb-within-guest-tlb');
    expect(await page.locator('.outcome').first().textContent()).toContain('! vtlb-within-guest-tlb');
    await page.getByText('Decisions and bounds').click();
    expect(await page.locator('.adjust').textContent()).toContain(
      "Linux's own code takes its decisions itself: there are none to set.",
    );
    expect(await page.locator('section.invariant').textContent()).toContain(
      "the proof leaves out Linux's own code",
    );
    await closeQuietly(watched, origin);
  });

  on73('shows where it gives up as what is wrong with a step, and finds the way there', async () => {
    const tree = await patchedTree('7.3', BUG);
    const watched = await explore(['access u0', 'invlpg u0', 'mov-cr3 b'], '--linux', tree);
    const { page, origin } = watched;
    expect(await page.locator('.step-bar').textContent()).toContain('step 2 of 3');
    expect(await page.locator('.outcome').textContent()).toMatch(
      /! kernel-gave-up invlpg u0: BUG_ON\(vcpu\) \(mmu\.c:\d+\)/,
    );
    expect(await page.locator('section.properties').textContent()).toContain('kernel-gave-up');
    await page.getByRole('button', { name: 'invlpg u0, breaks kernel-gave-up' }).waitFor();
    await page.getByRole('button', { name: 'Find a counterexample' }).click();
    await page
      .locator('.found', { hasText: 'Found, no shorter one exists: 1 events. kernel-gave-up' })
      .waitFor();
    expect(decoded(page.url())).toEqual(['invlpg u0']);
    await closeQuietly(watched, origin);
  });

  on73(
    'is carried out as replay carries it out, event by event, and refuses what it has no words for',
    async () => {
      const watched = await explore([], '--linux', '7.3', '--layout', 'kernel');
      const { page, origin, digest } = watched;
      for (const event of ['access k0', 'mov-cr4 pcide=1 pge=1', 'write-pte a:k0 f2', 'mov-cr3 b pcid=1'])
        await page.getByRole('button', { name: event, exact: true }).first().click();
      const trace = decoded(page.url());
      const { steps } = JSON.parse(
        vtlb(['replay', '-', '--linux', '7.3', '--layout', 'kernel', '--json'], trace.join('\n')).stdout,
      );
      expect(trace).toHaveLength(4);
      const requests = steps.flatMap((step: { requests: string[] }) => step.requests);
      expect(await page.locator('.deed .request').allTextContents()).toEqual(requests);
      await page.getByRole('combobox', { name: 'Layout' }).selectOption('races');
      expect(await page.getByRole('alert').textContent()).toContain(
        "layout races with --linux 7.3: the harness has no words for 'zap-during fault u0'",
      );
      expect(await page.getByRole('combobox', { name: 'Layout' }).inputValue()).toBe('kernel');
      await page.evaluate(`location.hash = '#kernel=linux:7.3@${digest}&set=pcideSet=nothing'`);
      await page.locator('main.broken').waitFor();
      expect(await page.locator('main').textContent()).toContain('which takes its own');
      await closeQuietly(watched, origin);
    },
  );

  on73(
    'is copied with its licence, runs from any web server, and says so where it is not served',
    async () => {
      const out = join(folder, 'copy');
      const { status, stdout } = vtlb(['explore', '--linux', '7.3', '--out', out]);
      expect([status, stdout]).toEqual([0, expect.stringContaining('no code but its own')]);
      const fragment = /#.*/.exec(stdout)?.[0] as string;
      const name = /kernel=linux:([^&]+)/.exec(fragment)?.[1] as string;
      expect(readFileSync(join(out, 'linux', name, 'LICENSE'), 'utf8')).toContain('GPL-2.0-only');
      expect(readFileSync(join(out, 'index.html'), 'utf8')).toContain(
        "script-src 'self' 'wasm-unsafe-eval';",
      );

      const server = await serveFolder(out);
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const copied = await open(context, `${url}index.html${fragment}`);
      expect(await copied.page.locator('.state h2').textContent()).toContain(
        'Linux 7.3 (its own code, digest ',
      );
      await closeQuietly(copied, url);
      server.close();

      const asFile = await open(context, `${pathToFileURL(out).href}/index.html${fragment}`);
      expect(await asFile.page.locator('main').textContent()).toContain(
        "Linux's own code that is served with the page (a page that is opened as a file may load none",
      );
      await asFile.page.close();

      const plain = await servePage(0);
      const { page } = await open(context, `${plain.url}${fragment}`);
      expect(await page.locator('main').textContent()).toContain(
        'vtlb explore --linux serves it with the page; here: ',
      );
      await page.close();
      await plain.close();
    },
  );
});

describe("Linux's own code as a page has it", () => {
  /** Loads the code of a tree from the files that are served, and gives a link to it. */
  async function linkTo(linux: string, rest = ''): Promise<string> {
    const tree = await buildLinux(linux);
    const { name, files } = codeFiles(tree, linux);
    expect(name).toBe(nameOfCode(linux, tree.digest));
    const bytesOf = (content = '' as string | Uint8Array) =>
      typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
    await loadCode(name, async (path) => bytesOf(files.get(path)));
    return formatLink(parseLink(`kernel=${name}${rest}`));
  }

  function searchFor(link: string, goal = 'vtlb-within-guest-tlb'): SearchEnd {
    const search = new PageSearch({ link, goal });
    for (;;) {
      const end = search.run();
      if (end !== null) return end;
    }
  }

  on73('is searched whole, to the counts of check', async () => {
    const end = searchFor(await linkTo('7.3', '&bound=spaces=1'));
    const { states, transitions, depth } = JSON.parse(
      vtlb(['check', '--linux', '7.3', '--bound', 'spaces=1', '--tlbs', 'whole', '--json']).stdout,
    );
    expect(end).toEqual({ outcome: 'none', states, transitions, depth });
  });

  on73('that keeps what nobody observes is searched, and nothing is said to hold', async () => {
    const find = /(\nvoid kvm_mmu_invlpg\([^{]*\{\n)/;
    const hidden =
      'static int calls; if (calls++ % 3 == 2) kvm_make_request(KVM_REQ_TLB_FLUSH_CURRENT, vcpu);';
    const tree = await patchedTree('7.3', { file: 'mmu/mmu.c', find, replace: `$1${hidden}` });
    expect(searchFor(await linkTo(tree, '&bound=spaces=1'))).toMatchObject({ outcome: 'apart' });
  });

  on73('that gives up before the first event shows nothing', async () => {
    const find = /(\nint kvm_mmu_load\([^{]*\{\n)/;
    const tree = await patchedTree('7.3', { file: 'mmu/mmu.c', find, replace: '$1BUG_ON(vcpu);' });
    const { error } = runLink({ ...START, ...parseLink(await linkTo(tree)) });
    expect(error?.message).toMatch(
      /^kernel: expected one whose own code .*, found before the first event: BUG_ON/,
    );
  });
});

/** The events of an address. */
function decoded(url: string): string[] {
  const events = new URLSearchParams(url.split('#')[1]).get('events');
  return events === null ? [] : events.split(';');
}

/** Serves a folder as any web server would: no policy but what is in the files. */
async function serveFolder(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const file = join(folder, new URL(request.url ?? '/', 'http://x').pathname);
    if (!existsSync(file)) response.writeHead(404).end();
    else {
      const type = file.endsWith('.js')
        ? 'text/javascript'
        : file.endsWith('.html')
          ? 'text/html'
          : file.endsWith('.css')
            ? 'text/css'
            : file.endsWith('.svg')
              ? 'image/svg+xml'
              : 'application/octet-stream';
      response.writeHead(200, { 'Content-Type': type }).end(readFileSync(file));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
