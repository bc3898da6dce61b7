import { assertNever, type CheckFailure } from '@rungate/run-task';
import { OUTPUT_LIMIT, REPLY_LIMIT } from '../limits.js';
import type { Death } from './death.js';

/** The limits that a failure may have met. */
export interface FailureContext {
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** One sentence for a person about a check that gave no report, as it continues "The check …". */
export function failureText({ reason, detail }: Death, { timeoutMs, memoryMb }: FailureContext): string {
  const sentence = sentenceFor(reason, { timeoutMs, memoryMb });
  return detail === null ? `${sentence}.` : `${sentence} (${detail}).`;
}

function sentenceFor(reason: CheckFailure, { timeoutMs, memoryMb }: FailureContext): string {
  switch (reason) {
    case 'timeout':
      return `The check did not finish within ${timeoutMs / 1_000} s`;
    case 'memory':
      return `The check used more memory than it may (${memoryMb} MB)`;
    case 'cpu':
      return 'The check used more processor time than it may';
    case 'output':
      return `The check wrote more output than it may (${OUTPUT_LIMIT / 1_024} kB)`;
    case 'reply_too_large':
      return `The check's report is larger than it may be (${REPLY_LIMIT / 2 ** 20} MB)`;
    case 'bad_reply':
      return 'The check gave a report that is not valid';
    case 'threw':
      return 'The check failed with an error';
    case 'exited':
      return 'The check ended its process';
    case 'crashed':
      return "The check's process crashed";
    case 'spawn':
      return 'No process could be started for the check';
    case 'start_timeout':
      return 'The process for the check did not start in time';
    case 'aborted':
      return 'The check was stopped: its run is over, or the worker ends';
    case 'config_invalid':
      return 'The configuration of the check is not valid';
    case 'plugin_unknown':
      return 'The check uses a plugin that is not there';
    case 'plan_unavailable':
      return 'The plan could not be read';
    case 'sandbox_lost':
      return 'The sandbox ended while the check ran';
    case 'quarantined':
      return 'The check is in quarantine';
    default:
      return assertNever(reason);
  }
}
