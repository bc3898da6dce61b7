import type { AnswerClass, CallbackAnswer } from './retry.js';

/** Classes with which a delivery can end without having arrived. */
export const REFUSAL_CLASSES = [
  'unauthorized',
  'not_found',
  'ours',
  'redirect',
  'forbidden',
  'throttled',
  'transient',
  'unknown',
  'certificate',
  'held',
] as const satisfies readonly AnswerClass[];
/** One of them. */
export type RefusalClass = (typeof REFUSAL_CLASSES)[number];

/** What happened, which the last answer completes in brackets, and what a person can do about it: one sentence each. */
export interface Reason {
  readonly happened: string;
  readonly remedy: string;
}

const REASONS: Readonly<Record<RefusalClass, Reason>> = {
  unauthorized: {
    happened: 'Terraform refused the access token of the run',
    remedy:
      'The token lives for ten minutes and ends with the run: if the run still waits for this task, start a new one.',
  },
  not_found: {
    happened: 'Terraform does not know this task result',
    remedy:
      'The run was discarded, or another Terraform sent the request than the run task names: look at the run there.',
  },
  ours: {
    happened: 'Terraform refused the verdict, also without its findings',
    remedy: 'This is a fault of Rungate: report it with what Terraform answered, which operators see at the attempt.',
  },
  redirect: {
    happened: 'Terraform answered with a redirect, which is never followed since it would carry the access token away',
    remedy: 'Make the address that it leads to the Terraform origin of the run task, or mend the proxy that redirects.',
  },
  forbidden: {
    happened: 'Rungate may not send to this address',
    remedy: 'Let an operator approve the origin, or grant its address, and send the verdict again before the deadline.',
  },
  throttled: {
    happened: 'Terraform asked to wait until after the deadline',
    remedy: 'Ask whoever runs it for a higher rate limit, or start fewer runs at a time, and start a new run.',
  },
  transient: {
    happened: 'Terraform failed, or could not be reached, until the deadline',
    remedy: 'See whether it is up and whether Rungate reaches its name and port, and start a new run.',
  },
  unknown: {
    happened: 'Terraform did not answer until the deadline, and may have the verdict all the same',
    remedy: 'Look at the run there: start a new one if it still waits or failed.',
  },
  certificate: {
    happened: 'There was no trusted connection to Terraform until the deadline',
    remedy: 'Renew its certificate, or let an operator add its authority for this origin, and start a new run.',
  },
  held: {
    happened: 'The verdict waited until the deadline',
    remedy:
      'See what the earlier attempts were answered, or, if there are none, whether workers ran; then start a new run.',
  },
};

/** What happened, and what a person can do about it. */
export function explainRefusal(refusal: RefusalClass): Reason {
  return REASONS[refusal];
}

/** Why a verdict was given up, in two sentences for a person. */
export function undeliverableReason(refusal: RefusalClass, answer: CallbackAnswer): string {
  const { happened, remedy } = REASONS[refusal];
  return `${happened} (${inBrackets(answer)}). ${remedy}`;
}

/** Why a verdict was given up that nobody was sending when its deadline passed. */
export const EXPIRED = undeliverableReason('held', {
  kind: 'no_answer',
  cause: 'held',
  sent: false,
  detail: 'no attempt was under way when it passed',
});

/** Why a `running` update ended: it is not tried again. */
export function progressReason(answer: CallbackAnswer): string {
  return `The update did not arrive (${inBrackets(answer)}). The next one comes by itself.`;
}

function inBrackets(answer: CallbackAnswer): string {
  if (answer.kind === 'no_answer') return answer.detail;
  return `HTTP ${answer.status}${answer.title === null ? '' : `: ${answer.title}`}`;
}
