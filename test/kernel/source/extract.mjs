// SPDX-License-Identifier: GPL-2.0
// Makes the compilable part of a kernel: whole files (with `long` widened to 64 bits), functions cut by name, what
// the shim must know of the tree, and empty files for every header that the shim replaces.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cutBlock, cutFunction } from './cut.mjs';
import { TreeError } from './error.mjs';
import { CUT_FROM, CUTS, FILES, HEADERS, PIECES, REQUEST_SLICE } from './manifest.mjs';
import { probe } from './probe.mjs';
import { widen } from './widen.mjs';

/** Where an include name is looked up in the kernel's tree. */
const HEADER_ROOTS = ['arch/x86/include', 'arch/x86/include/uapi', 'include', 'include/uapi'];

/**
 * The sources of a kernel by their path, with changed texts put in; throws TreeError on anything missing.
 *
 * @param alsoCut functions besides those of the manifest, which go first
 */
export function extract({ tree, variant, edits, alsoCut = [] }) {
  const used = new Set();
  const sources = new Map();
  const read = (path) => {
    const full = join(tree, path);
    if (!existsSync(full)) throw lacks(tree, `file ${path}`);
    return readFileSync(full, 'utf8');
  };
  // An edit names what it changes (a file, or a cut function); each must match exactly once.
  const edited = (name, text) => {
    for (const edit of edits.filter((e) => e.in === name)) {
      const found = text.match(new RegExp(edit.find, 'g'))?.length ?? 0;
      if (found !== 1)
        throw new TreeError(`variant ${variant}: ${edit.find} matches ${found} times in ${name}, not once`);
      text = text.replace(new RegExp(edit.find), edit.replace);
      used.add(edit);
    }
    return text;
  };

  const provided = new Set();
  const included = new Set();
  const put = (path, name, text) => {
    for (const m of text.matchAll(/^[ \t]*#[ \t]*include[ \t]+[<"]([^>"]+)[>"]/gm)) included.add(m[1]);
    provided.add(name);
    sources.set(path, widen(text));
  };

  for (const header of [...HEADERS.always, ...HEADERS.some]) {
    const root = HEADER_ROOTS.find((r) => existsSync(join(tree, r, header)));
    if (root) put(`kernel/${header}`, header, edited(header, read(`${root}/${header}`)));
    else if (HEADERS.always.includes(header)) throw lacks(tree, `header ${header}`);
  }
  for (const file of [...FILES.always, ...FILES.some]) {
    const path = `arch/x86/kvm/${file}`;
    if (FILES.some.includes(file) && !existsSync(join(tree, path))) continue;
    put(`kvm/${file}`, file, edited(file, read(path)));
    if (file.startsWith('mmu/')) provided.add(file.slice(4));
  }

  const pieces = PIECES.map(({ file, start, end }) => {
    const text = cutBlock(read(file), start, end);
    if (!text) throw new TreeError(`${tree}: no piece from '${start}' to '${end}' in ${file}`);
    return text.replace(/#ifdef[\s\S]*$/, '');
  });
  sources.set('kernel/pieces.h', widen(`${pieces.join('\n')}\n`));
  sources.set('kernel/have.h', probe({ tree, read }));

  const cuts = [...alsoCut, ...CUTS.some, ...CUTS.always].flatMap((name) => {
    const text = findFunction(tree, name);
    if (text) return [edited(name, text)];
    if (CUTS.some.includes(name)) return [];
    throw new TreeError(`${tree}: no function ${name} in ${CUT_FROM.join(', ')} of arch/x86/kvm`);
  });
  const { start, end } = REQUEST_SLICE;
  const slice = cutBlock(cutFunction(read('arch/x86/kvm/x86.c'), 'vcpu_enter_guest') ?? '', start, end);
  if (!slice)
    throw new TreeError(
      `${tree}: vcpu_enter_guest in arch/x86/kvm/x86.c serves no requests between lines with ${start} and ${end}: ` +
        'the harness must be told where they are served (REQUEST_SLICE in test/kernel/source/manifest.mjs)',
    );
  sources.set('kvm/cut.inc', widen(`${cuts.join('\n\n')}\n`));
  sources.set('kvm/requests.inc', widen(`${edited('vcpu_enter_guest', slice)}\n`));

  for (const edit of edits)
    if (!used.has(edit)) throw new TreeError(`variant ${variant}: nothing is called ${edit.in}`);
  for (const name of included) {
    if (provided.has(name) || provided.has(`mmu/${name}`)) continue;
    sources.set(`empty/${name}`, '/* replaced by the shim */\n');
  }
  return sources;
}

function lacks(tree, what) {
  return new TreeError(`${tree} has no ${what}: expected a tree of Linux 6.1 or later`);
}

/** The text of a function out of the files of a tree that functions are cut from, or null. */
export function findFunction(tree, name) {
  for (const file of CUT_FROM) {
    const path = join(tree, 'arch/x86/kvm', file);
    if (!existsSync(path)) continue;
    const text = cutFunction(readFileSync(path, 'utf8'), name);
    if (text) return text;
  }
  return null;
}
