import { plain } from '@rungate/run-task';
import { errorTitle } from '../error-title.js';
import { documents } from './documents.js';
import { jsonIn } from './json-in.js';
import { SetupError } from './setup-error.js';

/** An answer that is not a good one, and what is needed to explain it. */
export interface Refused {
  readonly status: number;
  readonly text: string;
  /** Of the Terraform. */
  readonly origin: string;
  /** Host that Terraform has to reach: ours. */
  readonly hookHost: string;
  readonly token: string;
}

/**
 * Explains an answer with what to do about it. Of Terraform's own words only the title of its first error is passed on,
 * shortened and without the token.
 */
export function refusal(refused: Refused): SetupError {
  const { status, text, origin, token } = refused;
  if (status >= 500) return new SetupError('unreachable', plain`${origin} answers ${status}: try again later.`, status);
  if (status === 429) {
    const again = 'it takes no more requests with this token at the moment: try again later.';
    return new SetupError('throttled', plain`${origin} answers 429: ${again}`, status);
  }
  const title = errorTitle(text, token);
  const answer = title === null ? plain`${origin} answers ${status}` : plain`${origin} answers ${status} (${title})`;
  return new SetupError('refused', plain`${answer}: ${remedy(refused)}`, status);
}

function remedy(refused: Refused): string {
  switch (refused.status) {
    case 401:
      return 'the token is not valid there. Make a new one, and check that it is of this Terraform.';
    case 403:
      return 'the token may not do this. It needs the permission Manage Run Tasks, and for workspaces Manage Workspace Run Tasks.';
    case 404:
      return 'there is no such organization or workspace, or the token may not know of it. Check the names, and that the token has the permission Manage Run Tasks, and for workspaces Manage Workspace Run Tasks.';
    case 422:
      return remedyOfInvalid(refused);
    default:
      return 'it does not take the request. Is it HCP Terraform or Terraform Enterprise?';
  }
}

/** Which member of the run task was refused: Terraform names it by its JSON pointer. */
function remedyOfInvalid({ text, hookHost }: Refused): string {
  const parsed = documents.errors.safeParse(jsonIn(text));
  const pointers = parsed.success ? parsed.data.errors.map(({ source }) => source?.pointer ?? '') : [];
  if (pointers.some((pointer) => pointer.startsWith('/data/attributes/global-configuration'))) {
    return 'it does not take the global setting. Not every edition has global run tasks: name workspaces instead.';
  }
  const known = pointers.filter((pointer) => pointer !== '' && pointer !== '/data/attributes/url');
  if (known.length > 0 && !pointers.includes('/data/attributes/url')) {
    return 'it does not take the run task as it is. Another one may have its name.';
  }
  return `it sends a test request before it takes a run task, and got no 200 from ${hookHost}. That host must be reachable from there, by HTTPS with a certificate that it trusts; HCP Terraform sends from the addresses listed under "notifications" at https://app.terraform.io/api/meta/ip-ranges.`;
}
