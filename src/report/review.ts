import type { Reviewed } from '../review/review.ts';
import { glue } from './wrap.ts';

/** The review for people: each claim, whether it holds, and what that rests on. */
export function formatReview(reviewed: readonly Reviewed[]): string {
  const held = reviewed.filter(({ holds }) => holds).length;
  return [
    'Review of 509bfe3d9796, "KVM: X86: Cache CR3 in prev_roots when PCID is disabled"',
    '',
    ...reviewed.flatMap(formatClaim),
    `${held} of ${reviewed.length} claims hold.`,
  ].join('\n');
}

function formatClaim({ claim, holds, verdict, states, trace, evidence }: Reviewed): string[] {
  return [
    `${`${claim.number}.`.padEnd(4)}${holds ? 'HOLDS' : verdict === 'not run' ? 'OPEN ' : 'FAILS'}  ${claim.statement}`,
    `      ${verdict}, resting on ${states} states`,
    ...evidence.map((each) => `      ${MARK[`${each.holds}`]} ${each.text}`),
    ...(trace === null ? [] : [`      trace: ${trace.map(glue).join('; ')}`]),
    '',
  ];
}

const MARK: Readonly<Record<string, string>> = { true: '+', false: 'X', null: '?' };
