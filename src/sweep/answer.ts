import { type Json, readSearch, record } from './read-search.ts';
import { type Result, resultOf } from './result.ts';
import { answerName, digestOf, type Search, sha256 } from './search.ts';

/** The answer to a question, as its file has it. */
export interface Answer {
  readonly search: Search;
  readonly result: Result;
  /** The same as it was written. */
  readonly json: Json;
}

/** A file that is no answer to be counted, and why. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
}

const FORMAT = 'vtlb answer 1';

/** The text of a file with an answer: what decides it first, then what the command prints as JSON. */
export function answerText(search: Search, build: string, json: Json): string {
  const checksum = sha256(JSON.stringify(json));
  return `${JSON.stringify({ format: FORMAT, digest: digestOf(search, build), build, search, checksum, result: json })}\n`;
}

/**
 * Reads the answer of a file.
 *
 * @param name of the file, which its question decides
 * @throws AnswerError if it is not whole, of another build of vtlb, or not of the question that it names
 */
export function readAnswer(name: string, text: string, build: string): Answer {
  const head = parsed(text);
  if (head.format !== FORMAT) throw new AnswerError(`expected an answer of format '${FORMAT}'`);
  if (head.build !== build)
    throw new AnswerError('it is of another build of vtlb, whose answer may be another');
  const search = readSearch(head.search);
  if (search === null) throw new AnswerError('its search is none that vtlb plans');
  if (head.digest !== digestOf(search, build)) throw new AnswerError('its digest is not of its search');
  const expected = answerName(search, build);
  if (name !== expected) throw new AnswerError(`it is of another search, whose answer is called ${expected}`);
  const json = record(head.result);
  if (json === null || head.checksum !== sha256(JSON.stringify(json)))
    throw new AnswerError('its checksum is not of its result');
  const result = resultOf(json, search);
  if (result === null) throw new AnswerError('its result is not one of its search');
  return { search, result, json };
}

function parsed(text: string): Json {
  try {
    const value = record(JSON.parse(text));
    if (value !== null) return value;
  } catch {
    throw new AnswerError('it is cut off, or no JSON');
  }
  throw new AnswerError('it is no JSON object');
}
