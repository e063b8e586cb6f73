// `npm run test:trust -- --seed N --count N [--first N]`: vitest takes no arguments of a test's own, so they go by the environment.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const OPTIONS = { seed: 0, count: 1, first: 0 };

function fail(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}

function wholeNumber(name, text) {
  const least = OPTIONS[name];
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least)
    fail(`--${name} ${text}: expected a whole number from ${least}`);
  return String(value);
}

function environment() {
  try {
    const options = Object.fromEntries(Object.keys(OPTIONS).map((name) => [name, { type: 'string' }]));
    const { values } = parseArgs({ options });
    return Object.entries(values).map(([name, text]) => [
      `TRUST_${name.toUpperCase()}`,
      wholeNumber(name, text),
    ]);
  } catch (error) {
    return fail(error.message);
  }
}

const runner = fileURLToPath(new URL('../run.mjs', import.meta.url));
const { status } = spawnSync(process.execPath, [runner, '--config', 'test/trust/vitest.config.ts'], {
  stdio: 'inherit',
  env: { ...process.env, ...Object.fromEntries(environment()) },
});
process.exitCode = status ?? 1;
