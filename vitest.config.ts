import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that leave no module other than they found it, so that a process loads each once for all of them. */
const SHARING = [
  'test/*.test.ts',
  'test/spec/**/*.test.ts',
  'test/studies/**/*.test.ts',
  'test/src/cli/prove.test.ts',
  'test/src/{bugs,compare,conform,cost,explore,export,kernels,kvm,mutate,picture,report,sweep,testing,trace}/**/*.test.ts',
];

/** What runs the command as its user does, in processes of its own; a proof in full goes with the others. */
const COMMANDS = ['test/src/cli/!(prove).test.ts', 'test/package/**/*.test.ts'];

/** Files that take long for their size, by which a clone without times of its own would begin with others. */
const LONG = [
  'test/readme.test.ts',
  'test/src/cli/prove.test.ts',
  'test/src/check/manifest.test.ts',
  'test/src/check/job.test.ts',
  'test/src/prove/relations.test.ts',
];

/** Begins with the long ones, so that no process is left with one at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((file) => moduleId.endsWith(file));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongFirst },
    maxWorkers: '100%',
    testTimeout: 600_000,
    projects: [
      {
        extends: true,
        test: { name: 'alone', include: ['test/**/*.test.ts'], exclude: [...SHARING, ...COMMANDS] },
      },
      // One after the other: a process goes on only with a file that shares with the one before.
      {
        extends: true,
        test: { name: 'sharing', include: SHARING, isolate: false, sequence: { groupOrder: 1 } },
      },
      {
        extends: true,
        test: { name: 'commands', include: COMMANDS, isolate: false, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
