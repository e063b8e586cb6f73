import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { SAFETY } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import { kernelModules } from '../../../src/explore/kernel-modules.ts';
import { formatLink, type Link, parseLink, START, servedKernelsIn } from '../../../src/explore/link.ts';
import { LinkError } from '../../../src/explore/link-error.ts';
import { successors } from '../../../src/explore/model/neighbourhood.ts';
import { runLink } from '../../../src/explore/model/run-link.ts';
import { timelineOf } from '../../../src/explore/model/timeline.ts';
import { kernelName } from '../../../src/explore/model/worlds.ts';
import { isLoaded, loadKernel } from '../../../src/explore/own-kernels.ts';
import { PageSearch } from '../../../src/explore/search/search.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { BUILT_SPEC } from '../cli/kernel-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'vtlb-own-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Loads a kernel file as a page does, from the modules that are served for it. */
async function load(name: string, own: string, before = ''): Promise<void> {
  const script = write(
    `files/${name}`,
    `import { defineKernel, invlpg, kvm } from 'vtlb/spec';
    ${before}
    export default defineKernel({ base: 'v6.12', ${own} });\n`,
  );
  for (const [path, text] of await kernelModules([{ name, script }])) write(`served/${path}`, text);
  write('served/package.json', '{ "type": "module" }');
  await loadKernel(name, (path) => import(pathToFileURL(join(folder, 'served', path)).href));
}

/** A link that shows a kernel on some events of `minimal`. */
function linkTo(kernel: string, trace: string, more: Partial<Link> = {}): Link {
  const { layout } = runLink(START).runs[0].world;
  const events = parseTrace(trace, layout).map(({ event }) => event);
  return parseLink(formatLink({ ...START, kernel, events, ...more }));
}

describe('the modules of a kernel file', () => {
  it('name one another and the specification where a page finds them, and nothing else changes', async () => {
    write('a/deep/other.mjs', "export const text = \"from 'vtlb/spec'\"; // import 'node:fs'\n");
    write(
      'a/more.js',
      "export * from './deep/other.mjs';\nexport const later = () => import('./deep/other.mjs');\n",
    );
    const script = write(
      'a/own.mjs',
      `import {\n  defineKernel,\n} from 'vtlb/spec';\nimport { text } from "./more.js";\nimport { kvm } from '${BUILT_SPEC}';\nexport default [defineKernel, text, kvm];\n`,
    );
    const modules = await kernelModules([{ name: 'own.mjs', script }]);
    expect(Object.fromEntries([...modules].slice(0, -1))).toEqual({
      'kernels/own.mjs/kernel.js':
        'import {\n  defineKernel,\n} from "../spec.js";\nimport { text } from "./1-more.js";\nimport { kvm } from "../spec.js";\nexport default [defineKernel, text, kvm];\n',
      'kernels/own.mjs/1-more.js':
        'export * from "./2-other.js";\nexport const later = () => import("./2-other.js");\n',
      'kernels/own.mjs/2-other.js': "export const text = \"from 'vtlb/spec'\"; // import 'node:fs'\n",
    });
    expect([...modules.keys()].at(-1)).toBe('kernels/spec.js');
  });

  it.each(['node:fs', 'vtlb', './no-such.js', './data.json'])('cannot import %s', async (specifier) => {
    write('data.json', '{}');
    const script = write('importing.mjs', `import x from '${specifier}';\nexport default x;\n`);
    await expect(kernelModules([{ name: 'importing.mjs', script }])).rejects.toThrow(
      `importing.mjs imports '${specifier}', which a page does not have: expected 'vtlb/spec', or the path of`,
    );
  });
});

describe('a kernel file on the page', () => {
  it('is a kernel by its name, with decisions on top, and its own code is what runs', async () => {
    await load('leaves.mjs', "pcideSet: 'nothing', kvm: { syncPrevRoots: () => {} }");
    const trace = 'access u0\nmov-cr4 pcide=1\nwrite-pte a:u0 f2\nmov-cr3 b pcid=1\ninvpcid all';
    const { runs, failure } = runLink(
      linkTo('leaves.mjs', trace, {
        set: { pcideSet: 'unload' },
        versus: { kernel: 'v6.12', set: {} },
      }),
    );
    expect(runs.map(({ replay }) => replay.verdict)).toEqual(['stale', 'clean']);
    expect(runs[0].world.kernel.pcideSet).toBe('unload');
    expect(runLink(linkTo('leaves.mjs', trace)).runs[0].world.kernel.pcideSet).toBe('nothing');
    expect(failure).toBeNull();
  });

  it('is named with what it has of its own, and by what it is judged where that is not the SDM', async () => {
    await load('same.mjs', 'reducers: { invlpg: { ...invlpg, kvm: () => {} } }, kvm: { unload: () => {} }');
    await load('judged.mjs', 'reducers: { invlpg: { ...invlpg, guestTlb: () => [] } }');
    const names = ['same.mjs', 'judged.mjs'].map((kernel) =>
      kernelName({ kernel, set: { pcideSet: 'nothing' } }),
    );
    expect(names).toEqual([
      'same.mjs with pcideSet=nothing, its own invlpg, unload()',
      'judged.mjs with pcideSet=nothing, its own invlpg, JUDGED BY ITS OWN guestTlb of invlpg',
    ]);
  });

  it('that is not there is a broken link that says so', async () => {
    expect(() => parseLink('kernel=absent.ts')).toThrow(LinkError);
    await loadKernel('absent.ts', () => Promise.reject(new Error('it is gone')));
    expect(() => parseLink('kernel=absent.ts')).toThrow(
      /^kernel: expected one of v5\.12, .*, or a kernel file that is served with the page \(it is gone\), found 'absent\.ts'$/,
    );
    await loadKernel('five.ts', async () => ({ default: 5 }));
    expect(() => parseLink('versus=five.ts')).toThrow(/its default export is no kernel/);
    expect([isLoaded('five.ts'), isLoaded('six.ts')]).toEqual([true, false]);
  });

  it('is loaded before the address is read that names it', () => {
    expect(servedKernelsIn('#kernel=a.ts&versus=b+c.mjs&events=x')).toEqual(['a.ts', 'b c.mjs']);
    expect(servedKernelsIn('#kernel=v6.12')).toEqual([]);
    expect(servedKernelsIn('#what')).toEqual([]);
  });
});

describe('code of its own that fails on the page is the failure of a step', () => {
  const TRACE = 'access u0\ninvlpg u0\nmov-cr3 b';

  it.each([
    ['throws.mjs', '(here, { page }) => { throw new Error(page); }', '', 'u0.'],
    ['text.mjs', "() => { throw 'a text'; }", '', 'a text.'],
    [
      'counter.mjs',
      "(here, { page }) => { if (n++ % 2 === 0) kvm.invlpg(here, page); else kvm.makeRequest(here, 'TLB_FLUSH_GUEST'); }",
      'let n = 0;',
      'it is no function of the state: carried out again, it does something else.',
    ],
    [
      'promise.mjs',
      'async () => {}',
      '',
      'reducer invlpg is no function of the state: its section kvm returns a promise.',
    ],
    ['breaks.mjs', "(here) => { here.vcpu.root = { pgd: here.vcpu.cr3, page: 'nowhere' }; }", '', /./],
  ])('%s', async (name, own, before, message) => {
    await load(name, `reducers: { invlpg: { ...invlpg, kvm: ${own} } }`, before);
    const beside = linkTo('v6.12', TRACE, { versus: { kernel: name, set: {} } });
    for (const link of [linkTo(name, TRACE), beside]) {
      const { runs, failure, error } = runLink(link);
      expect(runs.map(({ replay }) => replay.steps.length)).toEqual(runs.map(() => 1));
      expect(failure).toMatch(`Step 2, invlpg u0, cannot be carried out under ${name}: its invlpg failed: `);
      expect(failure?.split(' failed: ')[1]).toMatch(message);
      expect(error).toBeNull();
    }
    const [{ world, replay }] = runLink(linkTo(name, TRACE)).runs;
    expect(timelineOf(world, replay).rows).toHaveLength(2);
    const next = successors(world, replay.start);
    const failing = next.filter(({ failure }) => failure !== null).map(({ event }) => event.kind);
    expect(failing).toEqual(name === 'counter.mjs' ? [] : ['invlpg']);
  });

  it('and of a search', async () => {
    await load('searched.mjs', 'reducers: { invlpg: { ...invlpg, kvm: () => { throw 5; } } }');
    const search = new PageSearch({ link: formatLink(linkTo('searched.mjs', '')), goal: SAFETY });
    expect(() => search.run()).toThrow('its invlpg failed: 5');
  });

  it('or of the start, where it cannot enter the guest', async () => {
    await load('start.mjs', "kvm: { enterGuest: () => { throw new Error('never'); } }");
    const { error } = runLink(linkTo('start.mjs', TRACE));
    expect(error?.message).toBe(
      'kernel: expected one whose own code can enter the guest, found its enterGuest() failed: never',
    );
  });
});
