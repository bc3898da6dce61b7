import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { closingAfter } from './closing.js';
import { printRows } from './print.js';
import type { Row } from './row.js';
import { acceptRow } from './rows/accept.js';
import { checkRow } from './rows/check.js';
import { claimRow } from './rows/claim.js';
import { deliveredRow } from './rows/delivered.js';
import { plansRow } from './rows/plans.js';
import { startDatabase } from './stage.js';

const MEASUREMENTS = [acceptRow, deliveredRow, claimRow, checkRow, plansRow];

const HELP = `npm run bench -- [--only name,…] [--scale 0.2] [--json file] [--profile dir]

Measures what docs/reference/performance.md promises, each beside its baseline in the same run.
Names: ${MEASUREMENTS.map(({ name }) => name).join(', ')}.
--scale measures shorter, for a first look; --json writes every figure to a file; --profile leaves CPU profiles of the platform.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      scale: { type: 'string' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    process.stdout.write(HELP);
    return;
  }
  const wanted = values.only?.split(',') ?? MEASUREMENTS.map(({ name }) => name);
  const rows = await closingAfter(async (closing) => {
    const database = await startDatabase(closing);
    const all: Row[] = [];
    for (const measurement of MEASUREMENTS.filter(({ name }) => wanted.includes(name))) {
      process.stderr.write(`${measurement.title} …\n`);
      all.push(
        ...(await measurement.measure({
          database,
          scale: Number(values.scale ?? 1),
          profileDir: values.profile ?? null,
        })),
      );
    }
    return all;
  });
  printRows(rows);
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
