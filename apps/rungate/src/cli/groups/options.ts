import { InvalidArgumentError, Option, type Command } from 'commander';

/** Parses a whole number of an option. */
export function wholeNumber(minimum: number, maximum: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw new InvalidArgumentError(`Must be a whole number from ${minimum} to ${maximum}.`);
  };
}

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };

/** Parses a time such as 30s, 5m or 2h. @returns milliseconds. */
export function duration(text: string): number {
  const [, number, unit = ''] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(number) * (UNITS[unit] ?? Number.NaN);
  if (!Number.isNaN(ms)) return ms;
  throw new InvalidArgumentError('Must be a time such as 30s, 5m or 2h.');
}

/** Gathers an option that may be given several times. */
export function each(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

/** `--json`, as every command has it. */
export function jsonOption(): Option {
  return new Option('--json', 'answer in JSON, and write nothing else to standard output').default(false);
}

/** `--dry-run`, as every command that changes something has it. */
export function dryRunOption(): Option {
  return new Option('--dry-run', 'show what would change, and change nothing').default(false);
}

/** Adds an example to the help of a command, as it can be typed. */
export function example(command: Command, ...lines: readonly string[]): Command {
  return command.addHelpText('after', `\nExample:\n${lines.map((line) => `  ${line}\n`).join('')}`);
}
