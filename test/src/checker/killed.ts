import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { temporaryFolder, toy } from './support.ts';

const SCRIPT = fileURLToPath(new URL('./kill.mjs', import.meta.url));

/**
 * Runs the search; what it found, or null if it was killed so many milliseconds after it began and there was a
 * checkpoint.
 */
async function go(file: string, workers: number, data: object, killAfter: number): Promise<unknown> {
  const { module } = toy(data);
  const child = spawn(process.execPath, [SCRIPT, file, `${workers}`, module, JSON.stringify(data)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const begun = performance.now();
  const timer = setInterval(() => {
    if (performance.now() - begun > killAfter && existsSync(file)) child.kill('SIGKILL');
  }, 1);
  const closed = once(child, 'close');
  const stdout = await text(child.stdout);
  const [, signal] = await closed;
  clearInterval(timer);
  return signal === 'SIGKILL' ? null : JSON.parse(stdout);
}

/** Kills a search so many times at moments that nobody chose, and expects it to end as one that was never killed. */
export async function expectSurvival(workers: number, kills: number, data: object): Promise<void> {
  const never = Number.POSITIVE_INFINITY;
  const start = performance.now();
  const whole = await go(join(temporaryFolder(), 'whole'), workers, data, never);
  const took = performance.now() - start;
  const folder = temporaryFolder();
  const file = join(folder, 'a.checkpoint');
  let killed = 0;
  for (let kill = 0; kill < kills; kill++)
    if ((await go(file, workers, data, took * (0.1 + 0.6 * Math.random()))) === null) killed++;
  expect(killed).toBeGreaterThan(0);
  expect(await go(file, workers, data, never)).toEqual(whole);
  expect(readdirSync(folder)).toEqual(['a.checkpoint']);
}
