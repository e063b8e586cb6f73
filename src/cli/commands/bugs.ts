import { Command } from 'commander';
import type { Bug } from '../../../spec/bugs/bug.ts';
import { BUGS } from '../../../spec/bugs/bugs.ts';
import { type Reproduced, reproduce, type Side } from '../../bugs/reproduce.ts';
import { formatBug, formatBugs } from '../../report/bugs.ts';
import { formatEvent } from '../../trace/print.ts';
import { EXIT, type ExitCode, InputError } from '../exit-code.ts';
import { printJson, printReport } from '../print.ts';
import { terminal } from '../terminal.ts';

/** `vtlb bugs`: what KVM once got wrong, and a replay of one of them before and after its fix. */
export function bugsCommand(finish: (code: ExitCode) => void): Command {
  return new Command('bugs')
    .argument('[number]', `1 to ${BUGS.length}`)
    .option('--json', 'print one JSON value')
    .action((number: string | undefined, { json }: { json?: true }) => {
      const bugs = number === undefined ? BUGS : [bugNumbered(number)];
      const found = bugs.map((bug) => ({
        bug,
        reproduced: json || number ? bug.reproductions.map(reproduce) : [],
      }));
      const { columns } = terminal();
      const forPeople = () =>
        number === undefined
          ? formatBugs(bugs, columns)
          : found.map(({ bug, reproduced }) => formatBug(bug, reproduced, columns)).join('\n');
      if (json) printJson({ bugs: found.map(toJson) });
      else printReport(forPeople());
      finish(
        found.every(({ reproduced }) => reproduced.every(({ holds }) => holds)) ? EXIT.holds : EXIT.violated,
      );
    });
}

function bugNumbered(text: string): Bug {
  const bug = BUGS.find(({ number }) => String(number) === text);
  if (bug === undefined) throw new InputError(`no bug '${text}': expected a number from 1 to ${BUGS.length}`);
  return bug;
}

function toJson({ bug, reproduced }: { readonly bug: Bug; readonly reproduced: readonly Reproduced[] }) {
  const { number, commits, kind, doc, outOfScope = null } = bug;
  return {
    number,
    commits,
    kind,
    doc,
    outOfScope,
    reproductions: reproduced.map(({ reproduction, events, before, after, holds, kernels }) => ({
      scenario: `spec/bugs/traces/${reproduction.trace}.trace`,
      doc: reproduction.doc,
      layout: reproduction.layout,
      bounds: reproduction.bounds,
      shows: reproduction.shows,
      trace: events.map(formatEvent),
      before: sideJson(before),
      after: sideJson(after),
      holds,
      kernels,
    })),
  };
}

function sideJson({ subject: { kernel, set = {} }, replay, breaks, work }: Side) {
  return { kernel, set, verdict: replay.verdict, breaks, work };
}
