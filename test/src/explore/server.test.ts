import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PAGE_FILES } from '../../../src/explore/files.ts';
import { POLICY } from '../../../src/explore/policy.ts';
import { type PageServer, servePage } from '../../../src/explore/server.ts';

const BUILT = fileURLToPath(new URL('../../../dist/explorer/', import.meta.url));

describe('the server of the page', () => {
  let server: PageServer;
  beforeAll(async () => {
    server = await servePage(0);
  });
  afterAll(() => server.close());

  /** Asks as no browser would let a page ask. */
  async function ask(path: string, { method = 'GET', headers = {} as Record<string, string> } = {}) {
    const { port } = new URL(server.url);
    return new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }>(
      (resolve, reject) => {
        request({ host: '127.0.0.1', port, path, method, headers }, async (response) =>
          resolve({
            status: response.statusCode as number,
            headers: response.headers,
            body: await text(response),
          }),
        )
          .on('error', reject)
          .end();
      },
    );
  }

  it('listens on the loopback interface alone', () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  });

  it.each(Object.keys(PAGE_FILES))('hands out %s with a strict policy', async (file) => {
    const { status, headers, body } = await ask(`/${file}?x=1`);
    expect([status, body]).toEqual([200, readFileSync(BUILT + file, 'utf8')]);
    expect(headers).toMatchObject({
      'content-type': PAGE_FILES[file],
      'content-security-policy': POLICY.join('; '),
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
  });

  it('hands out the code of kernel files beside it, under the same policy', async () => {
    const path = 'kernels/mine.ts/kernel.js';
    const other = await servePage(0, new Map([[path, 'export default "é";\n']]));
    const response = await fetch(other.url + path);
    expect(await response.text()).toBe('export default "é";\n');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-security-policy': POLICY.join('; '),
    });
    expect((await fetch(`${other.url}kernels/other.ts/kernel.js`)).status).toBe(404);
    await other.close();
    expect((await ask(`/${path}`)).status).toBe(404);
  });

  it('knows the page by its folder, and by no other path', async () => {
    expect((await ask('/')).body).toContain('<title>vtlb explore</title>');
    for (const path of [
      '/nothing',
      '/../package.json',
      '/%2e%2e/package.json',
      '/constructor',
      '//index.html',
    ])
      expect((await ask(path)).status).toBe(404);
  });

  it('answers no other host, so that no site can reach it under a name of its own', async () => {
    for (const host of ['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1']) {
      const { status, body } = await ask('/', { headers: { host } });
      expect([host, status]).toEqual([host, 403]);
      expect(body).not.toContain('<');
    }
    const { port } = new URL(server.url);
    expect((await ask('/', { headers: { host: `localhost:${port}` } })).status).toBe(200);
  });

  it('takes nothing in', async () => {
    expect((await ask('/', { method: 'POST' })).status).toBe(405);
    expect(await ask('/', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('says when its port is in use', async () => {
    const { port } = new URL(server.url);
    await expect(servePage(Number(port))).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('the built page', () => {
  const read = (file: string) => readFileSync(BUILT + file, 'utf8');

  it('says in itself what the server says, where no server says it', () => {
    const inPage = POLICY.filter((part) => !part.startsWith('frame-ancestors')).join('; ');
    expect(read('index.html')).toContain(`content="${inPage}"`);
  });

  it('generates no code and names no other place', () => {
    for (const file of Object.keys(PAGE_FILES).filter((name) => name !== 'licenses.md')) {
      const places = [...read(file).matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([url]) => url);
      expect(places.filter((url) => !url.startsWith('http://www.w3.org/'))).toEqual([]);
      expect(read(file)).not.toMatch(/\bFunction\(|\beval\(/);
    }
  });

  it('is small', () => {
    expect(read('explorer.js').length + read('explorer.css').length).toBeLessThan(360_000);
  });
});
