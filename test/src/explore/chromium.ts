/// <reference lib="dom" />
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

/** Where Debian's Chromium is; null where there is none. */
export const CHROMIUM = (process.env.PATH ?? '')
  .split(delimiter)
  .flatMap((folder) => ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)))
  .find(isExecutable);

if (CHROMIUM === undefined)
  process.stderr.write('\nSKIPPED, not passed: what needs a browser. There is no chromium in PATH.\n\n');

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

export function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM as string, args: ['--no-sandbox'] });
}

/** A page that says of itself what went wrong on it, and whom it asked for what. */
export interface Watched {
  readonly page: Page;
  /** Errors and warnings on its console, and what was thrown. */
  readonly complaints: string[];
  readonly requests: string[];
}

/** Opens an address in a page of its own, and waits until it is drawn. */
export async function open(context: BrowserContext, url: string): Promise<Watched> {
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const watched: Watched = { page, complaints: [], requests: [] };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) watched.complaints.push(message.text());
  });
  page.on('pageerror', (error) => watched.complaints.push(String(error)));
  page.on('request', (request) => watched.requests.push(request.url()));
  await page.goto(url);
  await page.locator('main').waitFor();
  return watched;
}

/** Nothing went wrong, and nobody but the server was asked for anything. */
export async function closeQuietly({ page, complaints, requests }: Watched, origin: string): Promise<void> {
  await page.close();
  expect(complaints).toEqual([]);
  expect(requests.filter((url) => !url.startsWith(origin))).toEqual([]);
}
