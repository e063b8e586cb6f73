import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { JAVASCRIPT, PAGE_FILES, pageFolder } from './files.ts';
import { POLICY } from './policy.ts';

const LOOPBACK = '127.0.0.1';

const HEADERS = {
  'Content-Security-Policy': POLICY.join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-cache',
};

/** A running server of the page. */
export interface PageServer {
  /** The page's address, without a fragment. */
  readonly url: string;
  /** Ends when no more requests are served. */
  readonly close: () => Promise<void>;
}

/**
 * Serves the page on the loopback interface alone, to those who ask for it by a name of that interface: a page
 * of another site whose name was made to lead here is refused.
 *
 * @param port 0 for any that is free
 * @param modules what is served besides: JavaScript, by its path
 * @throws Error with code EADDRINUSE, EACCES and the like when the port cannot be had
 */
export async function servePage(
  port: number,
  modules: ReadonlyMap<string, string> = new Map(),
): Promise<PageServer> {
  const folder = pageFolder();
  const read = async (file: string) => modules.get(file) ?? (await readFile(join(folder, file)));
  const files = new Map(Object.entries(PAGE_FILES));
  for (const file of modules.keys()) files.set(file, JAVASCRIPT);
  const server: Server = createServer(
    (request, response) => void answer(server, { files, read }, request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, LOOPBACK, resolve);
  });
  return {
    url: `http://${LOOPBACK}:${portOf(server)}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** What is served. */
interface Served {
  /** By path: what it is. */
  readonly files: ReadonlyMap<string, string>;
  readonly read: (file: string) => Promise<string | Buffer>;
}

async function answer(
  server: Server,
  { files, read }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host } = request.headers;
  const hosts = [LOOPBACK, 'localhost'].map((name) => `${name}:${portOf(server)}`);
  if (host === undefined || !hosts.includes(host)) {
    refuse(response, 403, `expected the host ${hosts.join(' or ')}`);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(response, 405, 'expected GET or HEAD');
    return;
  }
  const path = (request.url ?? '/').replace(/[?#].*$/, '');
  const file = path === '/' ? 'index.html' : path.slice(1);
  const type = files.get(file);
  if (type === undefined) {
    refuse(response, 404, `expected one of / ${[...files.keys()].join(' ')}`);
    return;
  }
  try {
    const content = await read(file);
    response.writeHead(200, {
      ...HEADERS,
      'Content-Type': type,
      'Content-Length': Buffer.byteLength(content),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  } catch {
    refuse(response, 500, `${file} cannot be read`);
  }
}

function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(`${why}\n`);
}
