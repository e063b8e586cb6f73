import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildDigest } from '../../../src/check/build-digest.ts';
import { temporaryFolder } from '../checker/support.ts';

it('a build is known by its code, in each folder that decides what a search finds', () => {
  const root = temporaryFolder();
  const folders = ['spec/kvm', 'src/engine', 'src/checker/parallel', 'src/guests', 'src/check', 'src/report'];
  const files = folders.map((folder) => join(root, folder, 'a.js'));
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  const write = (file: string, text: string) => writeFileSync(file, text);
  for (const file of files) write(file, 'a');
  const first = buildDigest(root);
  for (const file of files) {
    write(file, 'b');
    expect(buildDigest(root) === first, file).toBe(file.includes('report'));
    write(file, 'a');
  }
  write(join(root, 'spec', 'kvm', 'a.d.ts'), 'types decide nothing');
  write(join(root, 'spec', 'kvm', 'a.js.map'), 'nor does this');
  expect(buildDigest(root)).toBe(first);
  expect(buildDigest()).not.toBe(first);
});
