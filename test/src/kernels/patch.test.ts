import { describe, expect, it } from 'vitest';
import { PatchError, touchedBy } from '../../../src/kernels/patch.ts';

type Hunk = readonly [header: string, ...lines: string[]];

/** A patch to one file: hunks by their header's text, each with its lines. */
function patch(...hunks: readonly Hunk[]): string {
  const texts = hunks.map(([header, ...lines]) => {
    const [old, now] = ['-', '+'].map(
      (sign) => lines.filter((line) => ` ${sign}`.includes(line[0] ?? '')).length,
    );
    return [`@@ -1,${old} +1,${now} @@ ${header}`, ...lines].join('\n');
  });
  return ['From: nobody', '', '--- a/arch/x86/kvm/x86.c', '+++ b/arch/x86/kvm/x86.c', ...texts, ''].join(
    '\n',
  );
}

const namesIn = (text: string) => touchedBy(text).map(({ name }) => name);

/** What the changed lines of a hunk belong to, by what tells it. */
const HUNKS: readonly (readonly [told: string, hunk: Hunk, names: readonly string[]])[] = [
  ['the header', ['int one(struct kvm_vcpu *vcpu)', ' \ta;', '+\tb;'], ['one']],
  ['no header', ['', ' \ta;', '+\tb;'], ['']],
  [
    'the lines, where the header is of the one before',
    ['int one(void)', ' }', ' ', ' int two(int a)', ' {', '-\tb;'],
    ['two'],
  ],
  [
    'a head of several lines',
    ['', ' static int two(int a,', ' \t       int b)', ' {', '+\tc;', ' }'],
    ['two'],
  ],
  [
    'a new function',
    ['int one(void)', ' }', ' ', '+/* Says why. */', '+int two(void)', '+{', '+\ta;', '+}', '+'],
    ['', 'two'],
  ],
  ['a template', ['', ' static int FNAME(fetch)(struct kvm_vcpu *vcpu)', ' {', '+\ta;'], ['FNAME(fetch)']],
  ['both names of a function', ['', '-int one(int a)', '+int two(int a)', ' {', ' \tb;'], ['one', 'two']],
  [
    'a body on either side',
    ['', '-int one(void)', '-{', '+int two(void)', '+{', '+\tb;', ' \ta;', '-\tc;', ' }'],
    ['one', 'two'],
  ],
  [
    'a macro of several lines',
    ['int one(void)', ' #define KVM_BITS (A | \\', '-\t\tB | \\', ' \t\tC)'],
    ['KVM_BITS'],
  ],
  ['a declaration', ['int one(void)', ' }', '+int two(int a,', '+\tint b);'], ['']],
  ['what is exported', ['int one(void)', ' }', '+EXPORT_SYMBOL_GPL(one);'], ['']],
  ['a label', ['int one(void)', ' out:', '+\ta;'], ['one']],
  ['a member of a structure', ['int one(void)', ' struct two {', '+\tint a;', ' };'], ['']],
  ['blank lines alone', ['int one(void)', '+', ' \ta;'], []],
];

describe('touchedBy', () => {
  it.each(HUNKS)('%s', (_, hunk, names) => expect(namesIn(patch(hunk))).toEqual(names));

  it('reads on behind the last line of a hunk, a signature too', () => {
    const text = `${patch(['int one(void)', '-\ta;'])}-- \n2.30\n\n${patch(['int two(void)', '+\ta;'])}`;
    expect(namesIn(text)).toEqual(['one', 'two']);
  });

  it('names the file without what stands in front', () => {
    const text = patch(['int one(void)', '+\ta;']).replace('+++ b/', '+++ linux-5.15/');
    expect(touchedBy(text)).toEqual([{ file: 'arch/x86/kvm/x86.c', name: 'one' }]);
    const removed = patch(['int one(void)', '-\ta;']).replace('+++ b/arch/x86/kvm/x86.c', '+++ /dev/null');
    expect(touchedBy(removed)[0]?.file).toBe('arch/x86/kvm/x86.c');
  });

  it.each([
    ['', 'it is no unified diff: expected lines `--- FILE`'],
    ['@@ -1,2 +1,2 @@\n a\n', 'line 1: expected `--- FILE` and `+++ FILE` before the first hunk'],
    [
      '--- a\n+++ b\n@@ -1,3 +1,2 @@\n a\n',
      'line 5: expected the rest of the hunk of line 3: 2 lines of the old file, 1',
    ],
    [
      '--- a\n+++ b\n@@ -1,2 +1 @@\n a\n--- c\n+++ d\n@@ -1 +1 @@\n a\n',
      'line 5: expected the rest of the hunk of line 3: 1 lines',
    ],
    ['--- a\n+++ b\n@@ -1,3 +1,2 @@\n a\nmangled\n', 'line 5: expected the rest of the hunk'],
  ])('refuses %j', (text, told) => {
    expect(() => touchedBy(text)).toThrow(PatchError);
    expect(() => touchedBy(text)).toThrow(told);
  });
});
