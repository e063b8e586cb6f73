import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KernelName } from '../../spec/kernels/named.ts';
import { buildKernel, isLinuxVersion, LINUX_VERSIONS } from '../conform/harness.ts';
import type { LinuxSource } from '../engine/data.ts';

/** A kernel whose code is the engine. */
export interface LinuxTree extends LinuxSource {
  /** As it was named: a version that is fetched, or the folder of a tree. */
  readonly linux: string;
  /** The folder of the tree. */
  readonly tree: string;
  /** Its commit, if it is a git tree, with a plus where files are changed since; else null. */
  readonly commit: string | null;
  /** The record that makes up roles as it does, the nearest that is known before anything is compared. */
  readonly record: KernelName;
}

/** Whether this names a kernel: a version that is fetched, or a folder. */
export function isLinux(text: string): boolean {
  return isLinuxVersion(text) || (existsSync(text) && statSync(text).isDirectory());
}

/** What a report calls it: `Linux 6.12`, or its folder. */
export function linuxName(linux: string): string {
  return isLinuxVersion(linux) ? `Linux ${linux}` : linux;
}

/**
 * Compiles a kernel's code.
 *
 * @throws HarnessMissing when there is no harness, no compiler or no source, or nothing can be made of the tree
 */
export async function buildLinux(linux: string): Promise<LinuxTree> {
  const named = isLinuxVersion(linux) ? linux : resolve(linux);
  const { product, tree, digest, have } = await buildKernel(named);
  const ofRoles = have.includes('HAVE_ROLE_SMEP_ANDNOT_WP') ? 'v6.12' : 'v7.3';
  return {
    linux,
    product,
    tree,
    digest,
    commit: commitOf(tree),
    record: isLinuxVersion(linux) ? LINUX_VERSIONS[linux] : ofRoles,
  };
}

function commitOf(tree: string): string | null {
  if (!existsSync(join(tree, '.git'))) return null;
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', tree, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'arch/x86', 'include').trim();
    return `${git('rev-parse', '--short=12', 'HEAD').trim()}${changed === '' ? '' : '+'}`;
  } catch {
    return null;
  }
}
