import { writeFileSync } from 'node:fs';
import { Closing } from './closing.js';
import { readOptions, type BenchOptions } from './options.js';
import { printRows } from './print.js';
import type { Row } from './row.js';
import { acceptRow } from './rows/accept.js';
import { organizationsRow } from './rows/organizations.js';
import { checkRow } from './rows/check.js';
import { claimRow } from './rows/claim.js';
import { fairnessRow } from './rows/fairness.js';
import { deliveredRow } from './rows/delivered.js';
import { ingressFloodRow } from './rows/ingress-flood.js';
import { memoryRow } from './rows/memory.js';
import { overloadRow } from './rows/overload.js';
import { plansRow } from './rows/plans.js';
import { startDatabase } from './stage.js';

const MEASUREMENTS = [
  acceptRow,
  ingressFloodRow,
  organizationsRow,
  deliveredRow,
  claimRow,
  fairnessRow,
  overloadRow,
  memoryRow,
  checkRow,
  plansRow,
];

const closing = new Closing();

async function main(options: BenchOptions): Promise<void> {
  const rows = await measure(options);
  printRows(rows);
  if (options.jsonFile !== null) writeFileSync(options.jsonFile, `${JSON.stringify(rows, null, 2)}\n`);
}

async function measure({ measurements, scale, profileDir }: BenchOptions): Promise<readonly Row[]> {
  const database = await startDatabase(closing);
  const rows: Row[] = [];
  for (const measurement of measurements) {
    process.stderr.write(`${measurement.title} …\n`);
    rows.push(...(await measurement.measure({ database, scale, profileDir, closing })));
  }
  return rows;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void closing.close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}

main(readOptions(process.argv.slice(2), MEASUREMENTS))
  .catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  })
  .finally(() => closing.close());
