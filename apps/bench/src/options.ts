import { Command, InvalidArgumentError, Option } from 'commander';
import type { Measurement } from './row.js';

/** What to measure, for how long, and where figures go. */
export interface BenchOptions {
  readonly measurements: readonly Measurement[];
  /** 1 in a full run; less measures shorter. */
  readonly scale: number;
  /** Every figure as JSON; null: printed alone. */
  readonly jsonFile: string | null;
  /** Where the platform's processes leave profiles of their CPU; null: nowhere. */
  readonly profileDir: string | null;
}

/** Reads the command line; ends the process with a sentence that names the remedy when it cannot. */
export function readOptions(argv: readonly string[], all: readonly Measurement[]): BenchOptions {
  const names = all.map(({ name }) => name).join(', ');
  const find = (name: string): Measurement => {
    const found = all.find((measurement) => measurement.name === name);
    if (found === undefined) throw new InvalidArgumentError(`There is no "${name}"; choose among ${names}.`);
    return found;
  };
  const options = new Command('npm run bench --')
    .description(
      'Measures Rungate, each figure beside its baseline in the same run. Takes about forty minutes as a whole.',
    )
    .addOption(
      new Option('--only <names>', `measure some of: ${names}`)
        .argParser((text: string) => text.split(',').map(find))
        .default([...all], 'all of them'),
    )
    .option('--scale <share>', 'measure shorter, for a first look: above 0, at most 1', toScale, 1)
    .option('--json <file>', 'write every figure to a file')
    .option('--profile <directory>', "leave CPU profiles of the platform's processes there")
    .addHelpText('after', '\nExample: npm run bench -- --only accept,delivered --scale 0.2')
    .parse([...argv], { from: 'user' })
    .opts<{ only: readonly Measurement[]; scale: number; json?: string; profile?: string }>();
  return {
    measurements: options.only,
    scale: options.scale,
    jsonFile: options.json ?? null,
    profileDir: options.profile ?? null,
  };
}

function toScale(text: string): number {
  const scale = Number(text);
  if (scale > 0 && scale <= 1) return scale;
  throw new InvalidArgumentError('Name a number above 0 and at most 1, for example 0.2.');
}
