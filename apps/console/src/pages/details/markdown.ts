import type { TaskResultDetailBody } from '@rungate/contract';
import { findingsOf, sentenceOf } from '../task-results/findings.js';

/** A result as Markdown, to be pasted into a ticket or a pull request. */
export function markdownOf(taskResult: TaskResultDetailBody): string {
  const { organization, workspaceName, runId, message } = taskResult;
  const findings = findingsOf(taskResult).map(({ severity, address, message: said, rule, remediation }) => {
    const where = address === null ? '' : `${code(address)} `;
    const fix = remediation === null ? '' : ` Fix: ${plain(remediation)}`;
    return `- **${severity}** ${where}${plain(said)} (${code(rule)})${fix}`;
  });
  return [
    `**${plain(sentenceOf(taskResult))}**`,
    `${code(`${organization} / ${workspaceName}`)}, ${code(runId)}`,
    ...(message === null ? [] : [plain(message)]),
    ...(findings.length === 0 ? [] : [findings.join('\n')]),
  ].join('\n\n');
}

/** Texts of others stay texts: no link, no image, no mention comes of them. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_{}[\]<>()#+!|@~&]/g, '\\$&');
}

/** A fence longer than any run of backticks inside. */
function code(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1);
  const shown = text.replaceAll(/\s+/g, ' ');
  return shown.includes('`') ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}
