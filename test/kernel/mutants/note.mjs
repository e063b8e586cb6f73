// SPDX-License-Identifier: GPL-2.0
// The note on what became of the mutants, made from the results and from what was found out of each survivor.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readResults } from './results.mjs';

const near = (name) => fileURLToPath(new URL(name, import.meta.url));

/** Why a mutant may survive. */
const CLASSES = {
  needless: 'the guest can tell nothing, on any layout: it saves work, or says what is said elsewhere too',
  outside: 'it matters for what the specification does not model, or the harness does not reach',
  hole: 'it matters for what the specification models, and nothing shows it',
};

/** What became of a mutant that says what its line is for. */
const TOLD = {
  killed: ([by, events, on]) =>
    Number(events) === 0
      ? `\`${by}\`, before the first event`
      : `\`${by}\`, ${events} ${events === '1' ? 'event' : 'events'} on \`${on}\``,
  'does not end': () => 'without it the code does not end',
  'same code': () => 'needless: the compiler makes the same code',
};

/** At what code gave up, by what is said of it: the first that fits. */
const GAVE_UP = [
  [/#GP/, '#GP where the processor gives none, or the reverse'],
  [/registers of vCPU/, "registers that are not the guest's"],
  [
    /which the harness does not provide|unreached/,
    'a limit of ours, a function that the harness does not provide',
  ],
  [/RuntimeError|HOST_PAGES/, 'an address behind which there is nothing'],
  [
    /BUG \((?:events|x86_unit)\.c/,
    'an instruction that faults, or an entry that serves requests, without end',
  ],
  [/\((?:events|observe|kvm_main)\.c:/, "another check of the harness's"],
  [/BUG|WARN/, "a BUG or WARN of the kernel's"],
  [/write_flooding_count/, 'a limit of ours, a count for which rows have no room'],
  [/./, 'a state for which rows have no place'],
];

const SURVIVED = ['equal', 'other counts', 'not reached'];

/** Reasons: lines of a place (a function, perhaps a line of it, perhaps a change), a class and a sentence, in tabs. */
function readReasons(version) {
  const file = near(`reasons-${version}.tsv`);
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  return lines.map((line) => {
    const [place, kind, reason] = line.split('\t');
    if (!Object.hasOwn(CLASSES, kind) || !reason)
      throw new Error(`${file}: expected a class and a reason: ${line}`);
    return { place, kind, reason, used: false };
  });
}

/**
 * The note on a version, in Markdown.
 *
 * @throws Error when a survivor has no reason, or a reason no survivor
 */
export function noteOf(version) {
  const { head, results } = readResults(near(`results-${version}.tsv`));
  const reasons = readReasons(version);
  const rows = [...results].map(([id, { kind, more }]) => {
    const [, name, line, change, subject] = /^(.*)\+(\d+) (.*): (.*)$/.exec(id);
    const reason = SURVIVED.includes(kind) ? reasonOf(reasons, id) : null;
    return { id, name, line: Number(line), change, subject, kind, more, reason };
  });
  const idle = reasons.filter(({ used }) => !used).map(({ place }) => place);
  if (idle.length > 0) throw new Error(`no survivor is at ${idle.join(', ')}`);
  const without = rows.filter(({ kind, reason }) => SURVIVED.includes(kind) && reason === null);
  if (without.length > 0) throw new Error(`no reason for ${without.map(({ id }) => id).join(', ')}`);
  return [
    ...intro(version, head, rows),
    ...summary(rows),
    ...gaveUp(rows),
    ...holes(rows),
    ...tables(rows),
  ].join('\n');
}

/** The reason of the narrowest place that a mutant is at. */
function reasonOf(reasons, id) {
  const found = reasons
    .filter(({ place }) => id === place || ['+', ' '].some((next) => id.startsWith(place + next)))
    .reduce((best, each) => (best === null || each.place.length > best.place.length ? each : best), null);
  if (found !== null) found.used = true;
  return found;
}

function intro(version, [about, ...scopes], rows) {
  const [, source, total] = /^- Linux \S+, (\S+); (\d+) mutants$/.exec(about);
  const searched = scopes.map((scope) => /^- (.+), (\d+): /.exec(scope));
  const [, , states] = searched[0];
  const left = Number(total) - rows.length;
  const names = searched.map(([, name]) => `\`${name}\``).join(', ');
  return [
    "# What the lines of KVM's shadow MMU are for",
    '',
    `One statement or condition of Linux ${version} (${source}) is changed at a time, in the functions`,
    'that the specification models, and the code that comes of it is searched: what breaks, after how many events. Lines count',
    'from the head of a function, or from where it serves requests. [linux.md](linux.md) says how it is run. This text is made of',
    `\`test/kernel/mutants/results-${version}.tsv\` and \`reasons-${version}.tsv\` by \`note.mjs\` beside them; \`note.test.ts\` there holds`,
    'them to each other.',
    '',
    left === 0
      ? `All ${total} mutants were run.`
      : `Of ${total} mutants ${rows.length} were run, some of every function; the other ${left}: not run.`,
    `Searched of each, unless something broke: ${Number(states).toLocaleString('en')} states on each of ${names}`,
    '(`test/kernel/mutants/scopes.mjs`), where its line is reached. A survivor is *equal* if its states, TLB facts and transitions',
    'are as many as those of the kernel itself; that a flush is missing which left nothing stale does not show in them.',
    '*Not reached*: no event in these states comes to the line. Why a survivor survives was worked out by reading.',
    '',
  ];
}

/** What is left open. */
function holes(rows) {
  const found = rows.filter(({ reason }) => reason?.kind === 'hole');
  if (found.length === 0) return ['No survivor is a hole of the specification.', ''];
  const items = found.map(
    ({ name, line, subject, reason }) => `- \`${name}\`, line ${line} (\`${subject}\`): ${reason.reason}.`,
  );
  return ['Open, for the specification has no layout that shows it:', '', ...items, ''];
}

function summary(rows) {
  const count = (is) => rows.filter(is).length;
  const killers = [...new Set(rows.filter(({ kind }) => kind === 'killed').map(({ more: [by] }) => by))];
  const lines = [
    ...killers
      .map((by) => [`killed by \`${by}\``, count(({ kind, more }) => kind === 'killed' && more[0] === by)])
      .sort(([, one], [, other]) => other - one),
    ['the code does not end', count(({ kind }) => kind === 'does not end')],
    ['does not compile', count(({ kind }) => kind === 'does not compile')],
    ['the same code', count(({ kind }) => kind === 'same code')],
    ...Object.entries(CLASSES).map(([name, doc]) => [
      `survives, ${name}: ${doc}`,
      count(({ reason }) => reason?.kind === name),
    ]),
  ];
  return [
    '| what became of it | mutants |',
    '|---|---|',
    ...lines.map(([what, n]) => `| ${what} | ${n} |`),
    '',
  ];
}

/** Where code gives up, by kind: what is the kernel's own, and what is a limit of ours. */
function gaveUp(rows) {
  const all = rows.filter(({ kind, more }) => kind === 'killed' && more[0] === 'kernel-gave-up');
  const kindOf = ({ id, more: [, , , why] }) => {
    const found = GAVE_UP.find(([is]) => is.test(why ?? ''));
    if (found === undefined) throw new Error(`why the code gave up is not told: ${id}`);
    return found[1];
  };
  const kinds = all.map(kindOf);
  const counts = GAVE_UP.map(([, what]) => [what, kinds.filter((kind) => kind === what).length])
    .filter(([, n]) => n > 0)
    .sort(([, one], [, other]) => other - one)
    .map(([what, n]) => `${what} (${n})`);
  return [`What the code gave up at: ${counts.join('; ')}.`, ''];
}

function tables(rows) {
  return [...new Set(rows.map(({ name }) => name))].sort().flatMap((name) => {
    const ofFunction = rows
      .filter((row) => row.name === name && row.kind !== 'does not compile')
      .sort((one, other) => one.line - other.line || one.change.localeCompare(other.change));
    if (ofFunction.length === 0) return [];
    return [
      `## ${name}`,
      '',
      '| line | about | change | what it is for |',
      '|---|---|---|---|',
      ...ofFunction.map(
        (row) =>
          `| ${row.line} | \`${row.subject}\` | ${row.change.replaceAll('|', '\\|')} | ${meaning(row)} |`,
      ),
      '',
    ];
  });
}

function meaning({ kind, more, reason }) {
  if (reason === null) {
    if (!Object.hasOwn(TOLD, kind))
      throw new Error(`nothing is known of a mutant that ${kind}: run it again`);
    return TOLD[kind](more);
  }
  const [scopes] = more;
  const how = {
    equal: 'equal',
    'other counts': `other counts on ${scopes?.replaceAll(',', ', ')}`,
    'not reached': 'not reached',
  }[kind];
  return `**${reason.kind}** (${how}): ${reason.reason}`;
}
