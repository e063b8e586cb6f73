import { Argument, Command } from 'commander';
import { bashScript } from '../completion/bash.ts';
import { fishScript } from '../completion/fish.ts';
import { type CompletedCommand, completedCommands } from '../completion/words.ts';
import { zshScript } from '../completion/zsh.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { details } from '../help.ts';
import { printJson, printVerbatim } from '../print.ts';

const SCRIPTS: Readonly<Record<string, (commands: readonly CompletedCommand[]) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

const HELP = `
To have it in this shell and no other:
  bash  source <(vtlb completion bash)
  zsh   source <(vtlb completion zsh)
  fish  vtlb completion fish | source`;

/** `vtlb completion`: a script that makes a shell complete commands, options and names. */
export function completionCommand(finish: (code: ExitCode) => void): Command {
  const command = new Command('completion');
  return command
    .addArgument(new Argument('<shell>', 'whose script').choices(Object.keys(SCRIPTS)))
    .option('--json', 'one JSON value, {shell, text}')
    .addHelpText('after', details(HELP))
    .action((shell: string, { json }: { json?: true }) => {
      const all = completedCommands(command.parent?.commands ?? []);
      const text = (SCRIPTS[shell] as typeof bashScript)(all);
      if (json) printJson({ shell, text });
      else printVerbatim(text);
      finish(EXIT.holds);
    });
}
