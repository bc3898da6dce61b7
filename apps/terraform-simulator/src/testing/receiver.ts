import type { ReceivedRequest } from './hook-server.js';

/** What a well-behaved receiver of run tasks does, over plain fetch, with every part open to being wrong. */
export interface CallbackParts {
  readonly status?: string;
  readonly message?: string;
  readonly outcomes?: readonly unknown[];
  /** Instead of the document made of the other parts. */
  readonly body?: string;
  readonly method?: string;
  readonly token?: string | null;
  readonly contentType?: string;
}

/** Calls a run task request back. */
export async function callBack({ body }: ReceivedRequest, parts: CallbackParts = {}): Promise<Response> {
  const token = parts.token === undefined ? String(body.access_token) : parts.token;
  return await fetch(String(body.task_result_callback_url), {
    method: parts.method ?? 'PATCH',
    headers: {
      'content-type': parts.contentType ?? 'application/vnd.api+json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: parts.body ?? JSON.stringify(documentOf(parts)),
    redirect: 'manual',
  });
}

/** Asks for a URL with a request's token, following nothing. */
export async function ask(
  { body }: ReceivedRequest,
  url: unknown,
  token = String(body.access_token),
): Promise<Response> {
  return await fetch(String(url), { headers: { authorization: `Bearer ${token}` }, redirect: 'manual' });
}

function documentOf({ status = 'passed', message = '1 check passed', outcomes }: CallbackParts) {
  const relationships = outcomes === undefined ? {} : { relationships: { outcomes: { data: outcomes } } };
  return { data: { type: 'task-results', attributes: { status, message }, ...relationships } };
}
