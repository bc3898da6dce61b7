import type { Figures, Row } from './row.js';

/** The table for people: figures, baseline beneath, and which promise was kept. */
export function printRows(rows: readonly Row[]): void {
  for (const { name, figures, baseline, targets } of rows) {
    process.stdout.write(`\n${name}\n  ${line('Rungate', figures)}\n`);
    if (baseline !== null) process.stdout.write(`  ${line(baseline.name, baseline.figures)}\n`);
    for (const { text, value, met } of targets) {
      process.stdout.write(`  ${met ? 'met   ' : 'MISSED'} ${text} (${round(value)})\n`);
    }
  }
}

function line(who: string, figures: Figures): string {
  return `${who}: ${Object.entries(figures)
    .map(([name, value]) => `${name} ${round(value)}`)
    .join(' · ')}`;
}

function round(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}
