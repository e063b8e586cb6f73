import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isSystemError } from '../checker/whole-file.ts';
import type { FolderContent } from '../sweep/collect.ts';
import type { Plan } from '../sweep/plan.ts';
import { PLAN_NAME, PlanError, planText, readPlan } from '../sweep/plan-file.ts';
import { ANSWER_NAME } from '../sweep/search.ts';
import { expectFolderOf, wholeBuild } from './answer-file.ts';
import { InputError, messageOf, oneLine } from './exit-code.ts';
import { writeWhole } from './write-file.ts';

/** Writes a plan into the folder where its answers are to lie. @throws InputError that names what cannot be written */
export function writePlan(plan: Plan, folder: string): void {
  const file = join(folder, PLAN_NAME);
  expectFolderOf(file);
  writeWhole(file, planText(plan));
}

/** The plan of a folder. @throws InputError if there is none, or none of this build of vtlb */
export function planIn(folder: string): Plan {
  const file = join(folder, PLAN_NAME);
  try {
    return readPlan(read(file), wholeBuild());
  } catch (error) {
    throw error instanceof PlanError ? new InputError(`${file}: ${error.message}`) : error;
  }
}

/** What lies in a folder of answers. @throws InputError for what cannot be read */
export function contentOf(folder: string): FolderContent {
  const names = readdirSync(folder);
  const all = (ending: string) =>
    new Map(
      names
        .map((name) => [name, name.replace(/\.\w+$/, '.json')] as const)
        .filter(([name, answer]) => name.endsWith(`.${ending}`) && ANSWER_NAME.test(answer))
        .flatMap(([name, answer]): [string, string][] => {
          const text = readIfThere(join(folder, name));
          return text === null ? [] : [[answer, text]];
        }),
    );
  const failures = [...all('failed')].map(([name, why]) => [name, oneLine(why)] as const);
  return { answers: all('json'), failures: new Map(failures) };
}

function read(file: string): string {
  const text = readIfThere(file);
  if (text === null) throw new InputError(`${file}: cannot be read (it is not there)`);
  return text;
}

/** What a file has; null if it is not there, or no more: a line that is carried out removes what is of the one before. */
function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOENT') return null;
    throw new InputError(`${file}: cannot be read (${messageOf(error)})`);
  }
}
