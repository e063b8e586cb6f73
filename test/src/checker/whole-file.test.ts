import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeUnfinished, wholeFile } from '../../../src/checker/whole-file.ts';
import { temporaryFolder } from './support.ts';

it('what a process of this machine left unfinished is removed once it is no more, and nothing of other machines', () => {
  const folder = temporaryFolder();
  const file = join(folder, 'a.checkpoint');
  const { unfinished = '' } = wholeFile(file) ?? {};
  const { pid } = spawnSync('true');
  const gone = unfinished.replace(/\d+\.tmp$/, `${pid}.tmp`);
  const alive = unfinished.replace(/\d+\.tmp$/, `${process.ppid}.tmp`);
  const other = `${file}.another-machine.${pid}.tmp`;
  for (const each of [alive, gone, other]) writeFileSync(each, '');
  removeUnfinished(file);
  expect(
    readdirSync(folder)
      .map((name) => join(folder, name))
      .sort(),
  ).toEqual([alive, other].sort());
});
