// SPDX-License-Identifier: GPL-2.0
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { buildKernel, type LinuxVersion } from '../../../src/conform/harness.ts';

/** A change of a file under arch/x86/kvm: what is found once, and what takes its place. */
export interface Patch {
  readonly file: string;
  readonly find: RegExp;
  readonly replace: string;
}

/** A folder with the tree of a kernel, patched, that goes with the test. */
export async function patchedTree(linux: LinuxVersion, ...patches: readonly Patch[]): Promise<string> {
  const { tree } = await buildKernel(linux);
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-tree-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'arch/x86'), { recursive: true });
  for (const part of ['include', 'virt', 'arch/x86/include'])
    symlinkSync(join(tree, part), join(folder, part));
  cpSync(join(tree, 'arch/x86/kvm'), join(folder, 'arch/x86/kvm'), { recursive: true });
  for (const { file, find, replace } of patches) {
    const path = join(folder, 'arch/x86/kvm', file);
    const text = readFileSync(path, 'utf8');
    if (!find.test(text)) throw new Error(`${find} is not in ${file}`);
    writeFileSync(path, text.replace(find, replace));
  }
  return folder;
}
