import type { Outcome } from './outcome.js';
import { plainText, type Plain } from './text.js';
import type { Verdict } from './verdict.js';

/**
 * The body of the PATCH to `task_result_callback_url`, JSON:API (HashiCorp, "Run tasks integration API", run task callback).
 * Outcomes live at `data.relationships.outcomes.data`: other places in the published samples do not work.
 */
export interface CallbackDocument {
  readonly data: {
    readonly type: 'task-results';
    readonly attributes: {
      readonly status: 'running' | Verdict;
      /** 1–1,000 characters. */
      readonly message: Plain;
      /** https, at most 500 characters; left out when there is no page to show. */
      readonly url?: string;
    };
    readonly relationships?: {
      readonly outcomes: { readonly data: readonly Outcome[] };
    };
  };
}

/** What a callback says, before it has its form. */
export interface CallbackContent {
  readonly status: 'running' | Verdict;
  readonly message: Plain;
  readonly detailsUrl?: string | undefined;
  /** Left out when empty, or when the caller does not have the capability. */
  readonly outcomes?: readonly Outcome[] | undefined;
}

/** Content type of the PATCH. */
export const CALLBACK_CONTENT_TYPE = 'application/vnd.api+json';

/** The document for a `running` update or a verdict. */
export function callbackDocument({ status, message, detailsUrl, outcomes = [] }: CallbackContent): CallbackDocument {
  return {
    data: {
      type: 'task-results',
      attributes: { status, message, ...(detailsUrl === undefined ? {} : { url: detailsUrl }) },
      ...(outcomes.length === 0 ? {} : { relationships: { outcomes: { data: outcomes } } }),
    },
  };
}

const SHORT_MESSAGE = 200;

/** The same verdict with nothing that a server could object to: for one last try after 413 or 422. */
export function degraded({ data }: CallbackDocument): CallbackDocument {
  const { status, message } = data.attributes;
  return { data: { type: 'task-results', attributes: { status, message: plainText(message, SHORT_MESSAGE) } } };
}

/** Whether there is nothing left that `degraded` would take away. */
export function isDegraded({ data }: CallbackDocument): boolean {
  const { message, url } = data.attributes;
  return data.relationships === undefined && url === undefined && message.length <= SHORT_MESSAGE;
}
