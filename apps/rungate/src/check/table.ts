import { plainText, rank, sentenceOf, type CheckResult, type Finding, type Severity } from '@rungate/run-task';
import type { JudgedPlan } from './judge-plan.js';

/** How to print. */
export interface Style {
  /** Characters of a line. */
  readonly width: number;
  readonly colour: boolean;
}

/** Findings that are listed; the rest is counted. */
const MOST_ROWS = 200;
const SEVERITY_WIDTH = 10;
const LEAST_TEXT = 30;
const COLOURS = { red: 31, yellow: 33, green: 32, grey: 90 } as const;

/** What a person reads: the findings of all checks, worst first, then each check, then the verdict. Encoded for terminals. */
export function report({ results, verdict, message }: JudgedPlan, style: Style): string {
  const rows = results
    .flatMap((result) => result.findings.map((finding) => ({ result, finding })))
    .sort((a, b) => rank(b.finding.severity) - rank(a.finding.severity));
  const nameWidth = Math.max(0, ...results.map(({ name }) => name.length)) + 2;
  const lines = [
    ...rows.slice(0, MOST_ROWS).flatMap(({ result, finding }) => findingLines(result, finding, nameWidth, style)),
    ...(rows.length > MOST_ROWS ? [`${rows.length - MOST_ROWS} more findings: --json lists them all.`] : []),
    ...(rows.length > 0 ? [''] : []),
    ...results.flatMap((result) => checkLines(result, nameWidth, style)),
    ...(results.length > 0 ? [''] : []),
    paint(verdict === 'passed' ? '✓ passed' : '✕ failed', verdict === 'passed' ? 'green' : 'red', style),
    ...wrap(message, style.width),
  ];
  return `${lines.join('\n')}\n`;
}

function findingLines(result: CheckResult, finding: Finding, nameWidth: number, style: Style): readonly string[] {
  const unknown = finding.certainty === 'unknown' ? ' (unknown until apply)' : '';
  const texts = [
    `${sentenceOf(finding)}${unknown}`,
    ...(finding.remediation === undefined ? [] : [`Fix: ${finding.remediation}`]),
  ];
  const label = paint(finding.severity.padEnd(SEVERITY_WIDTH), SEVERITY_COLOURS[finding.severity], style);
  return columns(label + plainText(result.name).padEnd(nameWidth), SEVERITY_WIDTH + nameWidth, texts, style);
}

function checkLines(result: CheckResult, nameWidth: number, style: Style): readonly string[] {
  const advice = result.blocks || result.status === 'passed' ? '' : ` (${result.enforcement})`;
  const colour = result.blocks ? 'red' : result.status === 'passed' ? 'green' : 'yellow';
  const label = paint(result.status.padEnd(SEVERITY_WIDTH), colour, style);
  const left = label + plainText(result.name).padEnd(nameWidth);
  return columns(left, SEVERITY_WIDTH + nameWidth, [`${result.message}${advice}`], style);
}

const SEVERITY_COLOURS: Readonly<Record<Severity, keyof typeof COLOURS>> = {
  critical: 'red',
  high: 'red',
  medium: 'yellow',
  low: 'yellow',
  info: 'grey',
};

/** Texts beside a label of `indent` visible characters. */
function columns(label: string, indent: number, texts: readonly string[], { width }: Style): readonly string[] {
  const lines = texts.flatMap((text) => wrap(text, Math.max(LEAST_TEXT, width - indent)));
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(indent)) + line);
}

/** Lines of at most `width` characters; a longer word is not cut, so that addresses can be copied. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of plainText(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function paint(text: string, colour: keyof typeof COLOURS, style: Style): string {
  return style.colour ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
}
