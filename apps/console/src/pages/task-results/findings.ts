import type { TaskResultDetailBody } from '@rungate/contract';
import { counted } from '../../list/counted.js';

type Check = TaskResultDetailBody['checks'][number];
/** What a check says of a resource. */
export type Finding = Check['outcomes'][number] & {
  readonly check: string;
  /** Whether the check that says so can stop the run. */
  readonly blocks: boolean;
};
/** How bad a finding is. */
export type Severity = Finding['severity'];

/** The worst first. */
export const SEVERITIES = ['critical', 'high', 'medium', 'low', 'info'] as const satisfies readonly Severity[];

/** All findings of all checks, the worst first, and of the same severity those that block before those that do not. */
export function findingsOf({ checks }: Pick<TaskResultDetailBody, 'checks'>): readonly Finding[] {
  return checks
    .flatMap((check) => check.outcomes.map((outcome) => ({ ...outcome, check: check.name, blocks: isBlocking(check) })))
    .sort((a, b) => rank(a) - rank(b));
}

function rank({ severity, blocks }: Finding): number {
  return SEVERITIES.indexOf(severity) * 2 + (blocks ? 0 : 1);
}

/** Whether a check stops the run. */
function isBlocking({ enforcement, status }: Check): boolean {
  return enforcement === 'mandatory' && (status === 'failed' || status === 'errored');
}

/** How many findings there are of each severity, the worst first, those without any left out. */
export function countsOf(findings: readonly Finding[]): readonly (readonly [Severity, number])[] {
  return SEVERITIES.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [[severity, count] as const];
  });
}

/** The verdict in one sentence, for somebody with 20 seconds. */
export function sentenceOf(taskResult: TaskResultDetailBody): string {
  const { verdict, checks } = taskResult;
  const stopping = checks.filter(isBlocking);
  if (verdict === null) {
    const done = checks.filter(({ status }) => status !== 'waiting').length;
    return done === 0 ? 'Still being checked' : `Still being checked: ${counted(done, 'checks')} done`;
  }
  if (verdict === 'failed') return stopping.length === 0 ? 'Failed' : `Blocked: ${blockedBy(stopping)} must be fixed`;
  const advising = checks.filter(({ status }) => status === 'failed' || status === 'errored').length;
  if (advising > 0)
    return `Passed, though ${counted(advising, 'checks')} that only ${advising === 1 ? 'advises' : 'advise'} failed`;
  return checks.length === 0 ? 'Passed: no check looks at this stage' : 'Passed';
}

function blockedBy(checks: readonly Check[]): string {
  const counts = countsOf(findingsOf({ checks }));
  const [worst] = counts;
  if (worst === undefined) return checks.map(({ name }) => name).join(', ');
  return counted(worst[1], `${worst[0]} findings`);
}
