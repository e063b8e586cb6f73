import { describe, expect, it } from 'vitest';
import { formatLink, parseLink, START, servedKernelsIn } from '../../../src/explore/link.ts';
import { filesOfCode, isLinuxCode, loadCode, nameOfCode } from '../../../src/explore/linux-code.ts';
import { refit } from '../../../src/explore/model/refit.ts';
import { runLink } from '../../../src/explore/model/run-link.ts';
import { kernelName } from '../../../src/explore/model/worlds.ts';
import { POLICY, POLICY_WITH_CODE } from '../../../src/explore/policy.ts';
import { servePage } from '../../../src/explore/server.ts';
import { parseTrace } from '../../../src/trace/parse.ts';

/** A module without anything in it: of what the code does, test/kernel has the tests. */
const EMPTY = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

/** Loads such a module as a page does, and gives the name by which an address has it. */
async function load(linux: string, digest: string, about: object = {}): Promise<string> {
  const name = nameOfCode(linux, digest);
  const said = { linux, called: `${linux} (its own code)`, record: 'v7.3', digest, ...about };
  await loadCode(name, async (path) =>
    path === filesOfCode(name).code ? EMPTY : new TextEncoder().encode(JSON.stringify(said)),
  );
  return name;
}

describe("the name of Linux's own code", () => {
  it.each([
    ['7.3', 'linux:7.3@0123456789ab'],
    ['../../my tree/', 'linux:my-tree@0123456789ab'],
    ['/', 'linux:tree@0123456789ab'],
  ])('of %s is %s, in an address too', (linux, name) => {
    expect(nameOfCode(linux, '0123456789abcdef')).toBe(name);
    expect(isLinuxCode(name)).toBe(true);
    expect(formatLink({ ...START, kernel: name })).toContain(`kernel=${name}&`);
    expect(servedKernelsIn(`#kernel=${name}&versus=v6.1`)).toEqual([name]);
  });

  it.each(['linux:7.3', 'linux:7.3@0123', 'linux:../x@0123456789ab', 'v7.3'])('is not %s', (name) => {
    expect(isLinuxCode(name)).toBe(false);
  });
});

describe("Linux's own code in a link", () => {
  it('is a kernel that says whose it is', async () => {
    const kernel = await load('6.12', 'aaaaaaaaaaaa0', { record: 'v6.12' });
    expect(parseLink(`kernel=${kernel}`)).toMatchObject({ kernel, set: {} });
    expect(kernelName({ kernel, set: {} })).toBe('6.12 (its own code)');
  });

  it('takes no decisions, and only what the harness has words for', async () => {
    const kernel = await load('7.3', 'bbbbbbbbbbbb0');
    for (const part of [`kernel=${kernel}&set`, `versus=${kernel}&versus-set`])
      expect(() => parseLink(`${part}=pcideSet=nothing`)).toThrow(
        "expected no decision to be set in Linux's own code, which takes its own, found 'pcideSet'",
      );
    const refused = "layout: expected a layout and events that Linux's own code can carry out, found layout";
    expect(() => parseLink(`kernel=${kernel}&layout=races`)).toThrow(
      `${refused} races with --linux 7.3: the harness has no words for 'zap-during fault u0'`,
    );
    expect(() => parseLink(`kernel=${kernel}&events=page-fault+u0`)).toThrow(
      `${refused} minimal with --linux 7.3: the harness has no words for 'page-fault u0'`,
    );
  });

  it('loses the events that it has no words for where it takes the place of another', async () => {
    const kernel = await load('7.3', 'cccccccccccc0');
    const { layout } = runLink(START).runs[0].world;
    const events = parseTrace('access u0\npage-fault u0\naccess u0', layout).map(({ event }) => event);
    expect(refit({ ...START, events }).events).toHaveLength(3);
    expect(refit({ ...START, kernel, events }).events).toHaveLength(1);
  });

  it('that is not there, or is another than it says, is a broken link that says so', async () => {
    const absent = nameOfCode('7.3', 'dddddddddddd');
    await loadCode(absent, () => Promise.reject(new Error('it is gone')));
    expect(() => parseLink(`kernel=${absent}`)).toThrow(
      /^kernel: expected one of v5\.12, .*, or Linux's own code that is served with the page \(it is gone\)/,
    );
    const other = await load('7.3', 'eeeeeeeeeeee0', { digest: 'ffffffffffff0' });
    expect(() => parseLink(`kernel=${other}`)).toThrow('about.json is not about this code');
  });
});

describe('a page with it', () => {
  it('may run WebAssembly, and no other page may', async () => {
    expect(POLICY.join()).not.toContain('wasm');
    expect(POLICY_WITH_CODE.filter((part) => !POLICY.includes(part))).toEqual([
      "script-src 'self' 'wasm-unsafe-eval'",
    ]);
    const { code, about } = filesOfCode(nameOfCode('7.3', '0123456789ab'));
    const files = new Map<string, string | Uint8Array>([
      [code, EMPTY],
      [about, '{}'],
      ['index.html', 'another'],
    ]);
    const server = await servePage(0, files, POLICY_WITH_CODE);
    const asked = await fetch(server.url + code);
    expect(new Uint8Array(await asked.arrayBuffer())).toEqual(EMPTY);
    expect(asked.headers.get('content-type')).toBe('application/wasm');
    expect((await fetch(server.url + about)).headers.get('content-type')).toContain('application/json');
    const page = await fetch(server.url);
    expect(await page.text()).toBe('another');
    expect(page.headers.get('content-security-policy')).toContain("'wasm-unsafe-eval'");
    await server.close();
  });
});
