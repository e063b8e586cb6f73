import { toItf } from './itf.ts';
import { toJsonl } from './jsonl.ts';
import { toKvmUnitTest } from './kvm-unit-tests/index.ts';
import { whatIsUnseen } from './kvm-unit-tests/unseen.ts';
import { toMarkdown } from './markdown.ts';
import { toMermaid } from './mermaid.ts';
import { toSvg } from './svg/index.ts';
import type { TraceRun } from './trace-run.ts';
import { toVitest } from './vitest.ts';

/** A form that a trace can be given. */
interface Format {
  readonly doc: string;
  readonly write: (run: TraceRun) => string;
  /** Why what is written may not be what is wanted; null if nothing is known. */
  readonly warn?: (run: TraceRun) => string | null;
}

/** Every form, by the name that `--to` takes. */
export const EXPORT_FORMATS = {
  itf: { doc: "Informal Trace Format, for Apalache's and Quint's trace viewers", write: toItf },
  jsonl: { doc: 'one JSON object a line: header, start, steps with the whole state, end', write: toJsonl },
  mermaid: { doc: 'Mermaid sequence diagram of guest, KVM and hardware', write: toMermaid },
  svg: { doc: 'drawing of the trace and of its first stale state, or its last', write: toSvg },
  markdown: { doc: 'report of under 100 columns, to read in a mail', write: toMarkdown },
  vitest: { doc: 'vitest file that pins what the trace does', write: toVitest },
  'kvm-unit-tests': {
    doc: 'C test in the conventions of kvm-unit-tests',
    write: toKvmUnitTest,
    warn: whatIsUnseen,
  },
} as const satisfies Record<string, Format>;

/** The name of a form. */
export type ExportFormat = keyof typeof EXPORT_FORMATS;

/**
 * A trace that was carried out, as the text of a file.
 *
 * @throws ExportError when the format cannot express it
 */
export function exportTrace(format: ExportFormat, run: TraceRun): string {
  return EXPORT_FORMATS[format].write(run);
}

/** What its reader should know of an export; null if there is nothing. */
export function exportWarning(format: ExportFormat, run: TraceRun): string | null {
  const { warn = () => null }: Format = EXPORT_FORMATS[format];
  return warn(run);
}
