import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const GLOSSARY = 'spec/glossary.md';

/** The words of the glossary, in its order. */
const WORDS = [...readFileSync(ROOT + GLOSSARY, 'utf8').matchAll(/^\| (.+?) +\| .+ \|$/gm)]
  .map(([, word = '']) => word)
  .filter((word) => word !== 'word' && !word.startsWith('---'));

/** What people read: the pages, and the sources with their comments and texts. */
const FILES = ['README.md', ...['proofs-notes', 'spec', 'src'].flatMap(filesIn)]
  .filter((file) => /\.(md|tsx?)$/.test(file) && file !== GLOSSARY)
  .map((file) => ({ file, text: readFileSync(ROOT + file, 'utf8') }));

function filesIn(folder: string): string[] {
  return readdirSync(ROOT + folder, { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`);
}

/** A word as it stands in a sentence: over the end of a line, in the plural, of a verb in the past. */
function inSentence(word: string): RegExp {
  const [first = '', ...rest] = word.replace(/, .*/, '').split(' ');
  return new RegExp(`\\b${[first, ...rest].join('[\\s*/]+')}(s|es|ed|d|ned)?\\b`, 'i');
}

/** Words that would be used in a second sense, and what is said in their place. */
const ONE_SENSE: readonly (readonly [used: RegExp, instead: string])[] = [
  [/\bkernel's own[\s*/]+(MMU |C )?(code|text|sources?)\b/i, "Linux's own code"],
  [/\bthe kernel's (C )?code\b/i, "Linux's own code"],
  [/\bkernel functions?\b/i, "KVM's function"],
  [/\bin the order of finding\b/i, 'in the order in which they came'],
  [/\b(by|under|of) kvm\b(?!-)/, 'contract `kvm`'],
];

/** Words of what these model are those of the kernel's own sources. */
const OF_THE_SOURCES = /^(spec\/(kvm|kernels)|src\/(engine|kernels))\//;

describe('the glossary', () => {
  it('has each word once, in order', () => {
    expect(WORDS.length).toBeGreaterThan(60);
    expect(WORDS).toEqual([...new Set(WORDS)].sort((a, b) => a.localeCompare(b, 'en')));
  });

  it.each(WORDS)('%s is a word that is used', (word) => {
    expect(FILES.some(({ text }) => inSentence(word).test(text))).toBe(true);
  });
});

describe('one word, one sense', () => {
  it.each(ONE_SENSE)('nobody says %s: it is %s', (used) => {
    const found = FILES.filter(({ file, text }) => !OF_THE_SOURCES.test(file) && used.test(text));
    expect(found.map(({ file }) => file)).toEqual([]);
  });
});
