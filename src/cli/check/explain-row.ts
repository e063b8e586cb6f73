import { tlbsOf } from '../../engine/memo/create.ts';
import { memoMachine } from '../../engine/memo/model.ts';
import { formatRow } from '../../report/check-row.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printReport, printVerbatim } from '../print.ts';
import type { Asked } from './asked.ts';

/** Prints where the search of a job would keep what. */
export async function explainRow({ world, job, options }: Asked): Promise<ExitCode> {
  const { rows, facts } = memoMachine(world, await tlbsOf(job));
  const text = formatRow(rows, facts, world.layout.spaces, options.json ?? false);
  if (options.json) printVerbatim(text);
  else printReport(text);
  return EXIT.holds;
}
