import type { Command } from 'commander';

/** How a shell asks: `rungate complete -- <words>`. */
const ASKED_BY_SHELLS = 'complete';

/** `rungate completion bash|zsh|fish`. Loaded only for those who ask, since it looks at every command. */
export async function completionCommand(program: Command, args: readonly string[]): Promise<void> {
  const [first = ''] = args;
  if (!['completion', ASKED_BY_SHELLS, 'help', '--help', '-h'].includes(first)) return;
  const { default: addCompletion } = await import('@bomb.sh/tab/commander');
  addCompletion(program, { completionCommandName: 'completion' });
}
