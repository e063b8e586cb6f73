import { DECISION_NAMES, DECISIONS, type DecisionName } from '../../spec/kernels/decisions.ts';
import { isOfRelease, TAKEN_ALIKE } from '../../spec/kernels/what-ifs.ts';
import type { KernelIndex } from '../kernels/kernel-index.ts';
import type { TouchedPart } from '../kernels/touched.ts';
import type { Unit } from '../kernels/units.ts';
import type { NamedKernel } from './kernels.ts';

/** Decisions and how kernels take them; who asks each, where there is an index. */
export function decisionsJson(
  decisions: readonly DecisionName[],
  kernels: readonly NamedKernel[],
  index: KernelIndex | null = null,
) {
  return {
    decisions: Object.fromEntries(decisions.map((name) => [name, decisionJson(name, index)])),
    kernels: Object.fromEntries(
      kernels.map(({ name, kernel }) => [
        name,
        Object.fromEntries(decisions.map((decision) => [decision, kernel[decision]])),
      ]),
    ),
  };
}

function decisionJson(name: DecisionName, index: KernelIndex | null) {
  const { doc, commits, values } = DECISIONS[name];
  const whatIfs = Object.keys(values).filter((value) => !isOfRelease(name, value));
  const takenAlike = TAKEN_ALIKE.includes(name);
  if (index === null) return { doc, values: Object.keys(values), whatIfs, takenAlike };
  return {
    doc,
    whatIfs,
    takenAlike,
    commits,
    values,
    functions: index.functionsOf(name),
    askedBy: index.askedBy(name).map((unit) => unitJson(unit, index)),
  };
}

/** A function of the specification, and KVM's names for it. */
function unitJson(unit: Unit, index: KernelIndex) {
  const { name, file, line } = unit;
  return { name, file, line, stands: index.namesOf(unit) };
}

/** What a patch touches. */
export function touchedJson(parts: readonly TouchedPart[], kernel: NamedKernel, index: KernelIndex) {
  const decisions = DECISION_NAMES.filter((name) => parts.some((part) => part.decisions.includes(name)));
  return {
    touched: parts.map(({ file, name, units, decisions: own, leftOut }) => ({
      file,
      function: name === '' ? null : name,
      spec: units.map((unit) => unitJson(unit, index)),
      decisions: own,
      inModel: units.length + own.length > 0,
      leftOut,
    })),
    ...decisionsJson(decisions, [kernel], index),
  };
}
