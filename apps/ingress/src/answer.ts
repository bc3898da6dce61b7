import type { Accepted } from '@rungate/run-task';
import type { TurnedAway } from './guard/guard.js';

/** An HTTP answer of the webhook, ready to send. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const RETRY_AFTER_SECONDS = 5;

/** Exactly 200: HCP Terraform takes nothing else (aws-ia, terraform-aws-runtask-iam-access-analyzer #117). */
const OK: Answer = { status: 200, headers: { 'content-type': 'application/json' }, body: '{}' };

/** The same for an unknown hook, a missing or wrong signature, and a suspended organization. */
const UNAUTHORIZED: Answer = problem(401, 'Unauthorized', 'The request is not signed for this hook.');

/** The body was not read to its end. */
export const TOO_LARGE: Answer = problem(413, 'Too large', 'A run task request has at most 1 MB.');

/** Nothing was stored: the caller sends it again. */
export const STORE_AWAY: Answer = retryLater('The request could not be stored now.');

/** The body was not read: this process must shed load. */
export const SHED: Answer = retryLater('The request cannot be taken now.');

/** Answers to requests whose body is not read. */
export function answerToTurnedAway({ kind }: TurnedAway): Answer {
  switch (kind) {
    case 'unsigned':
    case 'spent':
      return UNAUTHORIZED;
    case 'too_large':
      return TOO_LARGE;
    case 'shed':
      return SHED;
  }
}

/** The webhook table of the contract, as one switch. */
export function answerTo(accepted: Accepted): Answer {
  switch (accepted.kind) {
    case 'recorded':
    case 'duplicate':
    case 'registration':
      return OK;
    case 'unauthorized':
      return UNAUTHORIZED;
    case 'over_limit':
      return retryLater('The organization holds as much undecided work as it may.');
    case 'refused':
      return refusal(accepted);
  }
}

/** RFC 9457. */
export function problem(status: number, title: string, detail: string, pointer: string | null = null): Answer {
  const errors = pointer === null ? {} : { errors: [{ pointer, detail }] };
  return {
    status,
    headers: { 'content-type': 'application/problem+json' },
    body: JSON.stringify({ type: 'about:blank', title, status, detail, ...errors }),
  };
}

function refusal({ reason, detail, pointer }: Extract<Accepted, { kind: 'refused' }>): Answer {
  switch (reason) {
    case 'not_json':
      return problem(400, 'Not JSON', detail, pointer);
    case 'not_a_request':
      return problem(422, 'Not a run task request', detail, pointer);
    case 'origin_not_approved':
      return problem(422, 'Terraform origin not approved', detail, pointer);
    case 'callback_off_origin':
      return problem(422, 'Callback URL not allowed', detail, pointer);
  }
}

function retryLater(detail: string): Answer {
  const answer = problem(503, 'Try again', detail);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(RETRY_AFTER_SECONDS) } };
}
