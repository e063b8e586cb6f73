import type { Event } from '../../../spec/events/event.ts';
import type {
  Each,
  EntryRule,
  EventHead,
  Rule,
  StateRule,
  Subjects,
} from '../../../spec/properties/property.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { JudgedProperty } from './goals.ts';

/** Rules that are asked together, of one subject or of one event. */
export interface Unit {
  /** The goals that its rules make, as a mask. */
  readonly bits: number;
  readonly rules: readonly { readonly bit: number; readonly rule: Rule }[];
  /** Of rules about states. */
  readonly subject?: Subjects[Each];
  readonly cpu: number;
}

/** By property, the rules that a filter takes, with the goal that they make. */
function rulesOn<R extends Rule>(properties: readonly JudgedProperty[], takes: (rule: Rule) => rule is R) {
  return properties.map(({ rules, always }, i) => ({
    always,
    rules: rules.filter(takes).map((rule) => ({ bit: 1 << i, rule })),
  }));
}

/**
 * Rules about states, subject by subject. Those of one subject that speak of the same things are asked together; those
 * that a search need not go on asking, by themselves.
 */
export function stateUnits(rows: RowLayout, judged: readonly JudgedProperty[]): Unit[] {
  const properties = rulesOn(
    judged,
    (rule): rule is StateRule | EntryRule => rule.on === 'state' || rule.on === 'entry',
  );
  const always = properties.filter((each) => each.always).flatMap(({ rules }) => rules);
  const parts = [
    always.filter(({ rule }) => rule.on === 'state' && rule.each === 'vcpu'),
    always.filter(({ rule }) => rule.on === 'state' && rule.each === 'shadow page'),
    ...always.filter(({ rule }) => rule.on === 'entry').map((rule) => [rule]),
    ...properties.filter((each) => !each.always).map(({ rules }) => rules),
  ].filter((rules) => rules.length > 0);
  return parts.flatMap((rules) => {
    const { each } = (rules[0] as (typeof rules)[number]).rule;
    const bits = rules.reduce((mask, { bit }) => mask | bit, 0);
    return subjectsIn(rows, each).map(({ subject, cpu }) => ({ bits, rules, subject, cpu }));
  });
}

/** What a rule is asked of in any row. */
function subjectsIn(rows: RowLayout, each: Each): { subject: Subjects[Each]; cpu: number }[] {
  const cpus = rows.vcpus.map(({ cpu }) => cpu);
  if (each === 'vcpu') return cpus.map((cpu) => ({ subject: cpu, cpu }));
  if (each === 'shadow page') return rows.shadowPages.map(({ name }) => ({ subject: name, cpu: 0 }));
  return rows.vcpus.flatMap(({ cpu, mmu }) =>
    [0, ...mmu.prevRoots.map((_, i) => i + 1)].map((slot) => ({ subject: { cpu, slot }, cpu })),
  );
}

/** What step rules may ask of an event. */
export function headOfEvent(event: Event): EventHead {
  const { kind, cpu } = event;
  if (kind === 'mov-cr3') return { kind, cpu, noflush: event.noflush };
  if (kind === 'nested') return { kind, cpu, fails: event.action === 'enter' && event.fails };
  return kind === 'invpcid' ? { kind, cpu, type: event.type } : { kind, cpu };
}

/** Rules about the steps of one sort of event. */
export function stepUnits({ cpu }: EventHead, judged: readonly JudgedProperty[]): Unit[] {
  const properties = rulesOn(
    judged,
    (rule): rule is Extract<Rule, { on: 'step' | 'step entry' }> =>
      rule.on === 'step' || rule.on === 'step entry',
  );
  const parts = [
    properties.filter(({ always }) => always).flatMap(({ rules }) => rules),
    ...properties.filter(({ always }) => !always).map(({ rules }) => rules),
  ].filter((rules) => rules.length > 0);
  return parts.map((rules) => ({ bits: rules.reduce((mask, { bit }) => mask | bit, 0), rules, cpu }));
}
