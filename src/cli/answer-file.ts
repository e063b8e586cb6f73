import { existsSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { Option } from 'commander';
import { buildDigest, WHOLE } from '../check/build-digest.ts';
import { WriteError } from '../checker/whole-file.ts';
import { type Answer, AnswerError, answerText, readAnswer } from '../sweep/answer.ts';
import type { Json } from '../sweep/read-search.ts';
import { answerName, type Search } from '../sweep/search.ts';
import { EXIT, type ExitCode, InputError, messageOf } from './exit-code.ts';
import { printJson, printReport } from './print.ts';
import { expectWritable, writeWhole } from './write-file.ts';
import { makeFolder } from './write-folder.ts';

/** The option of the commands whose answer a sweep collects. */
export function answerOption(): Option {
  return new Option(
    '--answer <file>',
    'also write the answer to this file of a sweep, unless it is there; what is stopped goes on from there',
  );
}

/** What all of vtlb is known by, on which the names of answers depend. */
export function wholeBuild(): string {
  return buildDigest(undefined, WHOLE);
}

/** The file of the answer to a search, and what lies beside it until the answer is there. */
export class AnswerFile {
  readonly #file: string;
  readonly #search: Search;
  readonly #build = wholeBuild();

  /** @throws InputError if the file is not called as the answer to this search by this build of vtlb */
  constructor(file: string, search: Search) {
    this.#file = file;
    this.#search = search;
    const expected = answerName(search, this.#build);
    if (basename(file) !== expected)
      throw new InputError(
        `--answer ${file}: expected ${expected}: it is for another search, or of another build of vtlb`,
      );
  }

  /** Where the search is kept until it is done. */
  get checkpoint(): string {
    return besides(this.#file, 'checkpoint');
  }

  /** The checkpoint, if there is one to go on from. */
  get resume(): string | undefined {
    return existsSync(this.checkpoint) ? this.checkpoint : undefined;
  }

  /**
   * Carries out the work, unless its answer is there. Why it failed is kept beside the answer.
   *
   * @throws InputError if the file cannot be written
   */
  async carryOut(json: boolean, work: () => Promise<ExitCode>): Promise<ExitCode> {
    expectFolderOf(this.#file);
    expectWritable(this.#file);
    rmSync(besides(this.#file, 'failed'), { force: true });
    const there = this.#final();
    if (there !== null) {
      if (json) printJson(there.json);
      else printReport(`${this.#file} is there: ${there.result.verdict}`);
      return codeOf(there);
    }
    try {
      return await work();
    } catch (error) {
      writeWhole(besides(this.#file, 'failed'), messageOf(error));
      throw error;
    }
  }

  /** Writes an answer. What was stopped takes the place of no answer that another process wrote meanwhile. */
  write(json: Json): void {
    const text = answerText(this.#search, this.#build, json);
    const { result } = readAnswer(basename(this.#file), text, this.#build);
    if (result.verdict === 'stopped' && this.#final() !== null) return;
    writeWhole(this.#file, text);
    if (result.verdict !== 'stopped') rmSync(this.checkpoint, { force: true });
  }

  /** The answer of the file, if it is that of a search that came to its end. */
  #final(): Answer | null {
    const answer = answerIn(this.#file, this.#build);
    return answer?.result.verdict === 'stopped' ? null : answer;
  }
}

/** The answer that a file has; null if it is not there, or none to be counted. */
export function answerIn(file: string, build: string): Answer | null {
  if (!existsSync(file)) return null;
  try {
    return readAnswer(basename(file), readFileSync(file, 'utf8'), build);
  } catch (error) {
    if (error instanceof AnswerError) return null;
    throw error;
  }
}

/** @throws InputError if the folder of a file is not there and cannot be made */
export function expectFolderOf(file: string): void {
  try {
    makeFolder(dirname(resolve(file)));
  } catch (error) {
    throw new InputError(new WriteError(file, error).message);
  }
}

/** A file beside an answer. */
export function besides(file: string, what: 'checkpoint' | 'failed'): string {
  return file.replace(/json$/, what);
}

function codeOf({ result: { verdict } }: Answer): ExitCode {
  if (verdict === 'violated' || verdict === 'broken') return EXIT.violated;
  return verdict === 'holds' || verdict === 'proved' ? EXIT.holds : EXIT.stopped;
}
