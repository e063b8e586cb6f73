import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AnswerFile, answerIn, wholeBuild } from '../../../src/cli/answer-file.ts';
import { EXIT, InputError } from '../../../src/cli/exit-code.ts';
import { answerName, type Search } from '../../../src/sweep/search.ts';
import { temporaryFolder } from '../checker/support.ts';
import { planned, STOPPED, saying, VIOLATED } from '../sweep/made.ts';

const build = wholeBuild();
const [search] = planned({}).searches as [Search];
const name = answerName(search, build);
const verdictIn = (file: string) => answerIn(file, build)?.result.verdict ?? null;

/** A file that is not there yet, in a folder that is not there either. */
function fresh(): { file: string; answer: AnswerFile; beside: (what: string) => string } {
  const file = join(temporaryFolder(), 'a', 'b', name);
  return { file, answer: new AnswerFile(file, search), beside: (what) => file.replace('json', what) };
}

describe('the file of an answer', () => {
  it('has the name of its search', () => {
    for (const other of ['x.json', `${name}.old`, name.toUpperCase()])
      expect(() => new AnswerFile(join('a', other), search)).toThrow(InputError);
  });

  it('is written when the work is done, and its checkpoint goes', async () => {
    const { file, answer, beside } = fresh();
    const code = await answer.carryOut(false, async () => {
      writeFileSync(beside('checkpoint'), '');
      expect(answer.resume).toBe(beside('checkpoint'));
      answer.write(saying(search, STOPPED));
      expect([verdictIn(file), existsSync(beside('checkpoint'))]).toEqual(['stopped', true]);
      answer.write(saying(search, VIOLATED));
      return EXIT.violated;
    });
    expect([code, verdictIn(file), answer.resume]).toEqual([EXIT.violated, 'violated', undefined]);
  });

  it('is not searched again, and what another process was stopped at takes not its place', async () => {
    const { file, answer } = fresh();
    const work = async () => {
      answer.write(saying(search));
      answer.write(saying(search, STOPPED));
      return EXIT.stopped;
    };
    await answer.carryOut(false, work);
    expect(verdictIn(file)).toBe('holds');
    const never = () => Promise.reject(new Error('searched again'));
    expect(await new AnswerFile(file, search).carryOut(false, never)).toBe(EXIT.holds);
  });

  it('takes the place of what is none, or was stopped', async () => {
    for (const before of ['{', JSON.stringify(saying(search))]) {
      const { file, answer } = fresh();
      await answer.carryOut(false, async () => {
        writeFileSync(file, before);
        return EXIT.stopped;
      });
      await answer.carryOut(false, async () => {
        answer.write(saying(search));
        return EXIT.holds;
      });
      expect(verdictIn(file)).toBe('holds');
    }
  });

  it('is of its search and fits together, or is not written', () => {
    const { file, answer } = fresh();
    expect(() => answer.write(saying(search, { layout: 'smp' }))).toThrow(
      'its result is not one of its search',
    );
    expect(existsSync(file)).toBe(false);
  });

  it('has why the work failed beside it, until it is begun again', async () => {
    const { answer, beside } = fresh();
    const fail = () => Promise.reject(new InputError('no room'));
    await expect(answer.carryOut(false, fail)).rejects.toThrow('no room');
    expect(readFileSync(beside('failed'), 'utf8')).toBe('no room');
    await answer.carryOut(false, async () => {
      expect(existsSync(beside('failed'))).toBe(false);
      return EXIT.stopped;
    });
  });
});
