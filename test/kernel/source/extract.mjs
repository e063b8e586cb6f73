// SPDX-License-Identifier: GPL-2.0
// Makes the compilable part of the kernel: whole files (with `long` widened to 64 bits), functions cut by
// name, and empty files for every header that the shim replaces. The output stays in the cache folder.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cutBlock, cutFunction } from './cut.mjs';
import { manifest } from './manifest.mjs';
import { widen } from './widen.mjs';

/** Where an include name is looked up in the kernel's tree. */
const HEADER_ROOTS = ['arch/x86/include', 'arch/x86/include/uapi', 'include', 'include/uapi'];

class ExtractError extends Error {}

/** Writes the sources of one kernel (and variant) into `out`; throws ExtractError on anything missing. */
export function extract({ tree, version, out, variant, edits: all }) {
  const want = manifest(version);
  const edits = all.filter((edit) => !edit.linux || edit.linux === version);
  const used = new Set();
  rmSync(out, { recursive: true, force: true });

  const write = (path, text) => {
    mkdirSync(dirname(join(out, path)), { recursive: true });
    writeFileSync(join(out, path), text);
  };
  const read = (path) => {
    const full = join(tree, path);
    if (!existsSync(full)) throw new ExtractError(`the kernel tree has no file ${path}`);
    return readFileSync(full, 'utf8');
  };
  // An edit names what it changes (a file, or a cut function); each must match exactly once.
  const edited = (name, text) => {
    for (const edit of edits.filter((e) => e.in === name)) {
      const found = text.match(new RegExp(edit.find, 'g'))?.length ?? 0;
      if (found !== 1)
        throw new ExtractError(
          `variant ${variant}: ${edit.find} matches ${found} times in ${name}, not once`,
        );
      text = text.replace(new RegExp(edit.find), edit.replace);
      used.add(edit);
    }
    return text;
  };

  const provided = new Set();
  const included = new Set();
  const noteIncludes = (text) => {
    for (const m of text.matchAll(/^[ \t]*#[ \t]*include[ \t]+[<"]([^>"]+)[>"]/gm)) included.add(m[1]);
  };
  const put = (path, name, text) => {
    noteIncludes(text);
    provided.add(name);
    write(path, widen(text));
  };

  for (const header of want.headers) {
    const root = HEADER_ROOTS.find((r) => existsSync(join(tree, r, header)));
    if (!root) throw new ExtractError(`the kernel tree has no header ${header}`);
    put(`kernel/${header}`, header, edited(header, read(`${root}/${header}`)));
  }
  for (const file of want.files) {
    put(`kvm/${file}`, file, edited(file, read(`arch/x86/kvm/${file}`)));
    if (file.startsWith('mmu/')) provided.add(file.slice(4));
  }

  const pieces = want.pieces.map(({ file, start, end }) => {
    const text = cutBlock(read(file), start, end);
    if (!text) throw new ExtractError(`no piece from '${start}' to '${end}' in ${file}`);
    return text.replace(/#ifdef[\s\S]*$/, '');
  });
  write('kernel/pieces.h', widen(`${pieces.join('\n')}\n`));

  const cuts = want.cuts.map(({ name, from }) => {
    for (const file of from) {
      if (!existsSync(join(tree, 'arch/x86/kvm', file))) continue;
      const text = cutFunction(read(`arch/x86/kvm/${file}`), name);
      if (text) return edited(name, text);
    }
    throw new ExtractError(`no function ${name} in ${from.join(', ')}`);
  });
  const { start, end } = want.requestSlice;
  const slice = cutBlock(cutFunction(read('arch/x86/kvm/x86.c'), 'vcpu_enter_guest') ?? '', start, end);
  if (!slice) throw new ExtractError('vcpu_enter_guest has no request slice between the expected lines');
  write('kvm/cut.inc', widen(`${cuts.join('\n\n')}\n`));
  write('kvm/requests.inc', widen(`${edited('vcpu_enter_guest', slice)}\n`));

  for (const edit of edits) {
    if (!used.has(edit)) throw new ExtractError(`variant ${variant}: nothing is called ${edit.in}`);
  }
  for (const name of included) {
    if (provided.has(name) || provided.has(`mmu/${name}`)) continue;
    write(`empty/${name}`, '/* replaced by the shim */\n');
  }
}
