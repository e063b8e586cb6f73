import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as ts from 'typescript/unstable/ast';
import { build } from 'vite';
import type { EventKind } from '../../../spec/events/event.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import type { step } from '../../../spec/step/step.ts';
import { foldEvent } from '../../../src/kernels/fold/event-fold.ts';
import { readUnits, type Unit } from '../../../src/kernels/units.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const units = await readUnits();

/**
 * The specification with what a kernel does on an event put in place of what any kernel does: each function that the
 * fold reaches as it is written out, and any other as one that throws.
 */
export async function foldedStep(kernel: Kernel, event: EventKind): Promise<typeof step> {
  const sources = foldedSources(kernel, event);
  const bundled = await build({
    configFile: false,
    logLevel: 'silent',
    root: ROOT,
    plugins: [{ name: 'folded', load: (id) => sources.get(id.replace(ROOT, '')) ?? null }],
    build: { write: false, minify: false, lib: { entry: `${ROOT}spec/step/step.ts`, formats: ['es'] } },
  });
  const [{ output }] = bundled as unknown as [{ output: [{ code: string }] }];
  const folder = mkdtempSync(join(ROOT, 'node_modules', '.vtlb-folded-'));
  try {
    const file = join(folder, 'step.mjs');
    writeFileSync(file, output[0].code);
    return (await import(pathToFileURL(file).href)).step;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** By file of the specification: its text with folded functions. */
function foldedSources(kernel: Kernel, event: EventKind): Map<string, string> {
  const { handler, entry } = foldEvent(units, kernel, event);
  const texts = new Map([...handler, ...entry].map(({ unit, text }) => [unit, text]));
  const placed = [...units.all, ...units.handlers.values()].flatMap((unit) =>
    placedIn(unit, texts.get(unit)),
  );
  const sources = new Map<string, string>();
  for (const file of new Set(placed.map((each) => each.file))) {
    const edits = placed.filter((each) => each.file === file).sort((a, b) => b.from - a.from);
    let text = edits[0]?.source ?? '';
    for (const { from, to, code } of edits) text = text.slice(0, from) + code + text.slice(to);
    sources.set(file, text);
  }
  return sources;
}

function placedIn({ name, file, node, work }: Unit, text: string | undefined) {
  const source = node.getSourceFile().text;
  const place = ts.isVariableDeclaration(node) ? (node.parent.parent as ts.Node) : node;
  const [from, to] = [place.getStart(), place.end];
  const exported = source.slice(from, to).startsWith('export ') ? 'export ' : '';
  const edit = (code: string) => [{ file, source, from, to, code }];
  if (ts.isPropertyAssignment(node)) return edit(`kvm: ${text ?? '() => { throw new Error() }'}`);
  if (text !== undefined) return edit(exported + text);
  const isKvm = work !== null && name !== 'resetRegisters';
  return isKvm ? edit(`${exported}function ${name}() { throw new Error('${name} is not reached'); }`) : [];
}
