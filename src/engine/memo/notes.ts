import { KVM_FUNCTION_NAMES, type KvmFunctionName } from '../../../spec/define/kvm-functions.ts';
import { DECISION_NAMES } from '../../../spec/kernels/decisions.ts';
import { CASES } from '../../../spec/properties/cases.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';

/**
 * What a search can exercise besides events: each decision, when it is asked for; each of KVM's functions, when it is
 * called, if the kernel replaces it; each request, when it is raised; and the case that each property is about.
 */
export const NOTES: readonly string[] = [
  ...DECISION_NAMES.map((name) => `decision ${name}`),
  ...KVM_FUNCTION_NAMES.map((name) => `function ${name}`),
  ...REQUESTS.map((name) => `request ${name}`),
  ...CASES.map(({ name }) => `antecedent ${name}`),
];

/** Words of bits, one a note. */
export const NOTE_WORDS = Math.ceil(NOTES.length / 32);

/** Of how many notes the plain gears take account: those of decisions and functions, which are the first. */
export const KERNEL_NOTES = DECISION_NAMES.length + KVM_FUNCTION_NAMES.length;

/** The number of the note that a function was called which the kernel replaces. */
export function noteOfFunction(name: KvmFunctionName): number {
  return DECISION_NAMES.length + KVM_FUNCTION_NAMES.indexOf(name);
}

/** The number of the note that a request was raised, by number of the request. */
export function noteOfRequest(request: number): number {
  return KERNEL_NOTES + request;
}

/** The number of the note that a case arose, by number of the case. */
export function noteOfCase(number: number): number {
  return KERNEL_NOTES + REQUESTS.length + number;
}
