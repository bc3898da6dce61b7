import { EgressError, type EgressErrorCode } from '@rungate/egress';
import { TerraformError } from './errors.js';

/** Why a download ended without a plan; `again` when another one may do better. */
export interface Trouble {
  readonly kind: 'trouble';
  readonly again: boolean;
  /** One sentence or two for a person, without URL, query or token. */
  readonly reason: string;
}

/** What an answer that is neither a plan nor a redirect means; `redirects` is 0 for the API itself. */
export function judgeAnswer(status: number, redirects: number): Trouble {
  if (status === 204) return again('Terraform says that the plan is not complete yet (HTTP 204)');
  if (status >= 500) return again(`The server failed (HTTP ${status})`);
  if ([408, 425, 429].includes(status)) return again(`The server asked to wait (HTTP ${status})`);
  // Behind the redirect no token is sent: the link itself was refused, and it lives for a minute. The API gives another.
  if (redirects > 0) return again(`The download link was refused (HTTP ${status})`);
  switch (status) {
    case 401:
    case 403:
      return final(`The access token of the run was refused (HTTP ${status}); it lives for 10 minutes`);
    case 404:
      return final('Terraform does not know the plan, or the access token may not read it (HTTP 404)');
    case 422:
      return final('Terraform cannot give this plan as JSON (HTTP 422); that takes Terraform 0.12 or newer');
    default:
      return final(`Terraform gave an answer that is no plan (HTTP ${status})`);
  }
}

/** What a failed connection, or a file that could not be written, means. */
export function judgeFailure(error: unknown): Trouble {
  if (error instanceof EgressError) return FAILURES[error.code];
  if (error instanceof TerraformError) return again(error.message.replace(/\.$/, ''));
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
  return final(`It could not be stored on the worker (${code})`);
}

const FAILURES: Readonly<Record<EgressErrorCode, Trouble>> = {
  timeout: again('The server did not answer in time'),
  reset: again('The connection broke before the plan was complete'),
  refused: again('The server refused the connection or cannot be reached'),
  dns: again('The name of the server could not be resolved'),
  certificate: final('The certificate of the server is not trusted'),
  forbidden: final('The address of the server may not be called from here'),
  too_large: final('It is larger than allowed'),
  bad_answer: again('The answer of the server could not be read'),
  aborted: final('The download was stopped'),
  bad_options: final('The access token of the run cannot be sent in a request'),
};

function again(cause: string): Trouble {
  return { kind: 'trouble', again: true, reason: sentence(cause) };
}

function final(cause: string): Trouble {
  return { kind: 'trouble', again: false, reason: sentence(cause) };
}

function sentence(cause: string): string {
  return `The plan could not be downloaded. ${cause}.`;
}
