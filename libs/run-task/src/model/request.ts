import { z } from 'zod';
import { RunTaskError } from '../errors.js';
import { clip, storable } from './text.js';

/** The stages of a run at which run tasks are called, in their order. */
export const STAGES = ['pre_plan', 'post_plan', 'pre_apply', 'post_apply'] as const;
/** A stage of a run at which run tasks are called. */
export type Stage = (typeof STAGES)[number];

/** Nesting that a body may have. */
const MAX_DEPTH = 64;
const TEXT_LIMIT = 4_000;
const ID_LIMIT = 200;
const URL_LIMIT = 2_000;
/** Bytes of a request that are stored at most. */
const STORED_LIMIT = 64 * 1024;

const text = z.string().max(TEXT_LIMIT).transform(storable);
/** A commit message has no limit: what nobody decides by is cut, never a reason to refuse. */
const optionalText = z
  .string()
  .nullish()
  .transform((value) => (typeof value === 'string' ? storable(clip(value, TEXT_LIMIT)) : null));
/** Of the platform's own making and short; the database indexes it, which takes at most 2,704 bytes. */
const id = z.string().max(ID_LIMIT).transform(storable);
const url = z.string().min(1).max(URL_LIMIT);
const optionalUrl = url
  .nullish()
  .catch(null)
  .transform((value) => (typeof value === 'string' ? storable(value) : null));

/**
 * The fields that Rungate uses, of every stage and every TFE release (HashiCorp, "Run tasks integration API", request body).
 * Parsed leniently: unknown keys are dropped, and only what a verdict cannot do without is required.
 */
const requestSchema = z.object({
  stage: z.preprocess(
    // TFE v202206-1 documents `post-plan`, its own sample says `post_plan`; 2021 requests have no stage at all.
    (value) => (typeof value === 'string' ? value.replace('-', '_') : (value ?? 'post_plan')),
    z.enum(STAGES),
  ),
  // It travels in a header: what cannot stand there could never be used.
  access_token: z
    .string()
    .max(TEXT_LIMIT)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII'),
  task_result_id: z.string().regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be an id such as taskrs-2nH5dncYoXaMVQmJ'),
  task_result_callback_url: url,
  task_result_enforcement_level: text.catch('mandatory'),
  capabilities: z.object({ outcomes: z.boolean().catch(false) }).catch({ outcomes: false }),
  plan_json_api_url: optionalUrl,
  configuration_version_id: optionalText,
  configuration_version_download_url: optionalUrl,
  is_speculative: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
  organization_name: text,
  workspace_id: id,
  workspace_name: text,
  workspace_app_url: optionalUrl,
  workspace_working_directory: optionalText,
  run_id: id,
  run_app_url: optionalUrl,
  run_message: optionalText,
  run_created_at: optionalText,
  run_created_by: optionalText,
  vcs_branch: optionalText,
  vcs_commit_url: optionalUrl,
  vcs_commit_hash: optionalText,
  vcs_pull_request_url: optionalUrl,
  vcs_repo_url: optionalUrl,
  project_id: optionalText,
  project_name: optionalText,
});

/** A run task request, reduced to the known fields. */
export interface RunTaskRequest {
  readonly grant: Grant;
  readonly facts: RequestFacts;
}

/** What gives access to the caller: sealed in the store, erased at the end, never logged, never in a sandbox. */
export interface Grant {
  readonly accessToken: string;
  readonly callbackUrl: string;
  readonly planJsonUrl: string | null;
  readonly configurationUrl: string | null;
}

/** The request without its grant, under the caller's own names: what is stored and shown. */
export type RequestFacts = Readonly<
  Omit<
    z.infer<typeof requestSchema>,
    'access_token' | 'task_result_callback_url' | 'plan_json_api_url' | 'configuration_version_download_url'
  >
>;

/** What a signed body turned out to be. */
export type ParsedRequest =
  | { readonly kind: 'task'; readonly request: RunTaskRequest }
  /** Sent when a run task is created or changed; it is answered, and never called back. */
  | { readonly kind: 'registration' };

/**
 * Reads a body whose signature was valid.
 * @throws RunTaskError `not_json`, or `not_a_request` with the field's pointer.
 */
export function parseRequest(rawBody: Uint8Array): ParsedRequest {
  const body = parseJson(rawBody);
  if (isRegistration(body)) return { kind: 'registration' };
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) throw notARequest(parsed.error);
  const {
    access_token: accessToken,
    task_result_callback_url: callbackUrl,
    plan_json_api_url: planJsonUrl,
    configuration_version_download_url: configurationUrl,
    ...facts
  } = parsed.data;
  // What is stored is part of the body, so only a larger one has to be measured.
  if (rawBody.length > STORED_LIMIT) requireStorable(facts);
  return { kind: 'task', request: { grant: { accessToken, callbackUrl, planJsonUrl, configurationUrl }, facts } };
}

/** @throws RunTaskError `not_a_request` when the known fields hold more than is stored. */
function requireStorable(facts: RequestFacts): void {
  if (UTF_8_ENCODER.encode(JSON.stringify(facts)).length <= STORED_LIMIT) return;
  throw new RunTaskError('not_a_request', 'The body is not a run task request: its known fields hold more than 64 KB.');
}

const UTF_8_ENCODER = new TextEncoder();

/** `test-token` or stage `test` (captured from HCP Terraform, 2024-03; older ones have the token only). */
function isRegistration(body: unknown): boolean {
  if (typeof body !== 'object' || body === null) return false;
  return ('access_token' in body && body.access_token === 'test-token') || ('stage' in body && body.stage === 'test');
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(rawBody: Uint8Array): unknown {
  try {
    const decoded = UTF_8.decode(rawBody);
    if (depth(decoded) > MAX_DEPTH) throw new RunTaskError('not_json', `The body is nested deeper than ${MAX_DEPTH}.`);
    return JSON.parse(decoded);
  } catch (cause) {
    if (cause instanceof RunTaskError) throw cause;
    throw new RunTaskError('not_json', 'The body is not JSON in UTF-8.', undefined, { cause });
  }
}

/** Deepest nesting, counted over the text, so that a hostile body is refused before it is parsed. */
function depth(json: string): number {
  let now = 0;
  let deepest = 0;
  for (let i = 0; i < json.length; i++) {
    const character = json[i];
    if (character === '"') i = endOfString(json, i);
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++now);
    else if (character === '}' || character === ']') now--;
  }
  return deepest;
}

/** Index of the quote that closes the string opened at `start`; the end of the text when nothing does. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (json[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return json.length;
}

/** Names every field that is wrong; the pointer is the first one's. */
function notARequest({ issues }: z.ZodError): RunTaskError {
  const problems = issues.map(({ path, message }) => ({
    pointer: path.map((key) => `/${String(key)}`).join(''),
    message,
  }));
  const sentence = problems.map(({ pointer, message }) => `${pointer} ${message}`.trim()).join('; ');
  return new RunTaskError('not_a_request', `The body is not a run task request: ${sentence}.`, problems[0]?.pointer);
}
