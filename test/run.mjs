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
  // A file that cannot be loaded has no test in it and still fails.
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && file.assertionResults.length === 0,
  );
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  process.stdout.write(`${numPassedTests} passed, ${numFailedTests + brokenFiles.length} failed${skipped}\n`);
} catch {
  process.stdout.write('0 passed, 1 failed\n');
}
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
