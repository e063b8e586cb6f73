// Runs vitest with the arguments given and ends with the line `N passed, N failed` (and `, N skipped`) that CI reads.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'vtlb-test-'));
const report = join(folder, 'report.json');
const args = ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
const { status } = spawnSync('npx', [...args, ...process.argv.slice(2)], { stdio: 'inherit' });
try {
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  );
  // A file that cannot be loaded, or a hook of which fails, fails with no test of its own failing.
  const isBroken = (file) =>
    file.status === 'failed' && file.assertionResults.every(({ status }) => status !== 'failed');
  const found = numFailedTests + testResults.filter(isBroken).length;
  // An error outside of any file is in no count, and still a failure.
  const failed = status === 0 ? found : Math.max(1, found);
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`);
} catch {
  process.stdout.write('0 passed, 1 failed\n');
}
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
