import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { PAGE_FILES, pageFolder, typeOf } from './files.ts';
import { POLICY } from './policy.ts';

const LOOPBACK = '127.0.0.1';

const HEADERS = {
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
 * @param more what is served besides, or in place of the page's own, by its path
 * @param policy what the page may do
 * @throws Error with code EADDRINUSE, EACCES and the like when the port cannot be had
 */
export async function servePage(
  port: number,
  more: ReadonlyMap<string, string | Uint8Array> = new Map(),
  policy: readonly string[] = POLICY,
): Promise<PageServer> {
  const folder = pageFolder();
  const read = async (file: string) => more.get(file) ?? (await readFile(join(folder, file)));
  const files = new Set([...Object.keys(PAGE_FILES), ...more.keys()]);
  const headers = { ...HEADERS, 'Content-Security-Policy': policy.join('; ') };
  const server: Server = createServer(
    (request, response) => void answer(server, { files, read, headers }, request, response),
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
  /** By path. */
  readonly files: ReadonlySet<string>;
  readonly read: (file: string) => Promise<string | Uint8Array>;
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
}

async function answer(
  server: Server,
  { files, read, headers }: Served,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { host } = request.headers;
  const refuse = (status: number, why: string) => {
    response.writeHead(status, { ...headers, 'Content-Type': 'text/plain; charset=utf-8' });
    response.end(`${why}\n`);
  };
  const hosts = [LOOPBACK, 'localhost'].map((name) => `${name}:${portOf(server)}`);
  if (host === undefined || !hosts.includes(host)) {
    refuse(403, `expected the host ${hosts.join(' or ')}`);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    refuse(405, 'expected GET or HEAD');
    return;
  }
  const path = (request.url ?? '/').replace(/[?#].*$/, '');
  const file = path === '/' ? 'index.html' : path.slice(1);
  if (!files.has(file)) {
    refuse(404, `expected one of / ${[...files].join(' ')}`);
    return;
  }
  try {
    const content = await read(file);
    response.writeHead(200, {
      ...headers,
      'Content-Type': typeOf(file),
      'Content-Length': Buffer.byteLength(content),
    });
    response.end(request.method === 'HEAD' ? undefined : content);
  } catch {
    refuse(500, `${file} cannot be read`);
  }
}
