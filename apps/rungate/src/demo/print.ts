import { plainText } from '@rungate/run-task';
import type { Violation } from '@rungate/terraform-simulator';
import type { ScenarioResult } from './run-scenario.js';

interface Heading {
  readonly platformUrl: string;
  readonly simulatorUrl: string;
  readonly timeScale: number;
}

/** Where things are, before the first verdict. */
export function printHeading({ platformUrl, simulatorUrl, timeScale }: Heading): void {
  print(`Rungate is ready at ${platformUrl}`);
  print(`A simulated Terraform at ${simulatorUrl} sends it signed run tasks.`);
  print(`Deadlines are ${timeScale} times as long as real ones.\n`);
}

/** One verdict, as it was called back. */
export function printResult({ scenario, runTask, history, durationMs, problems }: ScenarioResult): void {
  const mark = history.status === 'passed' ? '✓ passed' : `✕ ${history.status}`;
  const where = `${runTask.organization}/${history.workspaceName} · ${history.stage}`;
  print(`${mark.padEnd(9)} ${scenario.title} (${where}, ${seconds(durationMs)})`);
  print(`          ${history.message ?? 'no message'}`);
  for (const outcome of history.outcomes.slice(0, 3)) print(`          · ${outcome.attributes.description}`);
  for (const remark of remarks(history)) print(`          ${remark}`);
  for (const problem of problems) print(`          UNEXPECTED: it ${problem}`);
  print('');
}

/** The closing lines. True when everything was as expected. */
export function printSummary(results: readonly ScenarioResult[], violations: readonly Violation[]): boolean {
  const right = results.filter(({ problems }) => problems.length === 0).length;
  for (const { code, detail } of violations) print(`PROTOCOL VIOLATION: ${code}: ${detail}`);
  print(`${right} of ${results.length} run tasks ended as expected, ${violations.length} protocol violations.`);
  return right === results.length && violations.length === 0;
}

function remarks({ callbacks, requests }: ScenarioResult['history']): readonly string[] {
  const finals = callbacks.filter(({ status }) => status !== 'running');
  const progress = callbacks.length - finals.length;
  return [
    ...(requests.length > 1 ? [`the request was sent ${requests.length} times and judged once`] : []),
    ...(finals.length > 1 ? [`the callback was taken at attempt ${finals.length}`] : []),
    ...(progress > 0
      ? [`${progress === 1 ? 'one progress update was' : `${progress} progress updates were`} sent first`]
      : []),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}

/** Names of workspaces and texts of plans are untrusted: the terminal gets plain text only. */
function print(line: string): void {
  const indent = /^ */.exec(line)?.[0] ?? '';
  process.stdout.write(`${indent}${plainText(line)}${line.endsWith('\n') ? '\n' : ''}\n`);
}
