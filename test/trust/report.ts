import { checkArguments } from './configuration.ts';
import type { Differing } from './minimise.ts';

/** The `vtlb check` commands that carry out a configuration, stopped and resumed as it was. */
export function commandsOf({ configuration, compared: { plan } }: Differing): string[] {
  const command = ['npx vtlb', ...checkArguments(configuration)].join(' ');
  const limits = [...plan.stops, ...(plan.maxStates === null ? [] : [plan.maxStates])];
  const runs = limits.length === plan.stops.length ? [...limits, null] : limits;
  return runs.map((maxStates, run) =>
    [
      command,
      ...(maxStates === null ? [] : [`--max-states ${maxStates}`]),
      ...(run < plan.stops.length ? ['--checkpoint search.checkpoint'] : []),
      ...(run > 0 ? ['--resume search.checkpoint'] : []),
    ].join(' '),
  );
}

/** A configuration that differs, as people are told of it. */
export function describeDiffering(title: string, differing: Differing): string {
  const { configuration, compared } = differing;
  const { workers } = configuration;
  const threads =
    workers === 1
      ? []
      : [
          `with ${workers} threads from ${compared.plan.handOver} states on, which no option of vtlb asks for:`,
        ];
  const lines = [...compared.differences, ...threads, ...commandsOf(differing)];
  return [title, ...lines.map((line) => `    ${line}`)].join('\n');
}
