import { createHash } from 'node:crypto';
import { RunTaskError } from '../errors.js';
import { allowances } from '../model/deadline.js';
import { originStateOf, type OpenOrigins } from '../model/origin.js';
import { parseRequest, type RunTaskRequest } from '../model/request.js';
import { DUMMY_KEY, findSigner, isSignature, type HmacKey } from '../model/signature.js';
import type { Hook, HookStore, Ids, Refusal } from '../ports.js';

/** What accept touches. */
export interface AcceptPorts {
  readonly hooks: HookStore;
  readonly ids: Ids;
  readonly callbackAllowed: UrlRule;
  /** Origins that need no operator's approval. */
  readonly openOrigins: OpenOrigins;
  /** `RUNGATE_TIME_SCALE`. */
  readonly timeScale: number;
}

/** Whether a callback URL lies on a run task's Terraform origin; `reason` is a sentence without the URL's query. */
export type UrlRule = (
  url: string,
  terraformOrigin: string,
) => { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** A request as it arrived: nothing of it is trusted, nothing is parsed before the signature. */
export interface ArrivedRequest {
  readonly hookId: string;
  readonly rawBody: Uint8Array;
  /** Value of `X-TFC-Task-Signature`, whatever it is. */
  readonly signature: unknown;
}

/** What became of a request; ingress maps it to a status. */
export type Accepted =
  /** Stored and committed: answer 200, then issue a ticket. */
  | { readonly kind: 'recorded'; readonly organizationId: string; readonly taskResultId: string }
  | { readonly kind: 'duplicate'; readonly organizationId: string; readonly sameBody: boolean }
  | { readonly kind: 'registration'; readonly organizationId: string }
  /** Unknown hook, wrong signature, suspended organization: alike to everybody outside. */
  | { readonly kind: 'unauthorized' }
  | (Refusal & { readonly kind: 'refused'; readonly pointer: string | null })
  /** The organization holds as much undecided work as it may. */
  | { readonly kind: 'over_limit'; readonly organizationId: string };

/**
 * First moment of a task result: verify over the raw bytes, parse, store once. What is plain is recorded by the hook as it is
 * remembered, since recording says when that is no longer true; whatever else there is to say needs the hook as it is.
 * @throws whatever the store throws when it cannot commit: the caller answers 503, never 200.
 */
export async function accept(ports: AcceptPorts, arrived: ArrivedRequest): Promise<Accepted> {
  const remembered = await ports.hooks.rememberedHook(arrived.hookId);
  const recorded = remembered === null ? null : await recordBy(ports, remembered, arrived);
  if (recorded !== null) return recorded;
  const found = await ports.hooks.findHook(arrived.hookId);
  const signer = verify(found, arrived);
  if (found === null || signer === null || found.suspended) return { kind: 'unauthorized' };
  try {
    return await acceptSigned(ports, { hook: found, signer, rawBody: arrived.rawBody });
  } catch (error) {
    return refuse(ports.hooks, found, error);
  }
}

/** Null when it was not recorded, for whatever reason: then nothing happened. */
async function recordBy(ports: AcceptPorts, hook: Hook, arrived: ArrivedRequest): Promise<Accepted | null> {
  const signer = verify(hook, arrived);
  if (signer === null) return null;
  try {
    const signed = { hook, signer, rawBody: arrived.rawBody };
    const parsed = parseRequest(arrived.rawBody);
    const answer = parsed.kind === 'registration' ? null : await record(ports, signed, parsed.request);
    return answer?.kind === 'unauthorized' ? null : answer;
  } catch (error) {
    if (error instanceof RunTaskError) return null;
    throw error;
  }
}

/** An unknown hook costs one verification too. */
function verify(hook: Hook | null, { rawBody, signature }: ArrivedRequest): HmacKey | null {
  const keys = hook === null || hook.keys.length === 0 ? [DUMMY_KEY] : hook.keys;
  const signer = findSigner(keys, rawBody, isSignature(signature) ? signature : '');
  return signer === DUMMY_KEY ? null : signer;
}

interface SignedRequest {
  readonly hook: Hook;
  readonly signer: HmacKey;
  readonly rawBody: Uint8Array;
}

async function acceptSigned(ports: AcceptPorts, signed: SignedRequest): Promise<Accepted> {
  const { hook, signer, rawBody } = signed;
  const parsed = parseRequest(rawBody);
  if (parsed.kind === 'registration') {
    await ports.hooks.noteRegistration(hook, signer.id);
    return { kind: 'registration', organizationId: hook.organizationId };
  }
  const answer = await record(ports, signed, parsed.request);
  if (answer === null) throw new Error('The run task was changed in this very moment.');
  return answer;
}

/** Null when the run task is no longer as the hook says. */
async function record(
  ports: AcceptPorts,
  { hook, signer, rawBody }: SignedRequest,
  request: RunTaskRequest,
): Promise<Accepted | null> {
  requireApprovedOrigin(ports, hook);
  requireOwnCallback(ports, hook, request);
  const { organizationId } = hook;
  const taskResultId = ports.ids.next();
  const answer = await ports.hooks.recordTaskResult({
    id: taskResultId,
    hook,
    keyId: signer.id,
    request,
    bodyHash: createHash('sha256').update(rawBody).digest('hex'),
    allowances: allowances(hook.deadlineProfile, ports.timeScale),
  });
  switch (answer.kind) {
    case 'recorded':
      return { kind: 'recorded', organizationId, taskResultId };
    case 'duplicate':
      return { kind: 'duplicate', organizationId, sameBody: answer.sameBody };
    case 'over_limit':
      return { kind: 'over_limit', organizationId };
    case 'refused':
      return { kind: 'unauthorized' };
    case 'changed':
      return null;
  }
}

/** Nothing is taken that could not be answered: an origin that nobody approved is never connected to. */
function requireApprovedOrigin({ openOrigins }: AcceptPorts, { terraformOrigin, originState }: Hook): void {
  const state = originStateOf(terraformOrigin, originState, openOrigins);
  if (state === 'approved') return;
  const what = state === 'pending' ? 'awaits the approval of' : 'was refused by';
  throw new RunTaskError(
    'origin_not_approved',
    `The Terraform origin of this run task ${what} an operator of the platform.`,
  );
}

/** The URL in the payload is input even when it is signed. */
function requireOwnCallback({ callbackAllowed }: AcceptPorts, hook: Hook, { grant }: RunTaskRequest): void {
  const allowed = callbackAllowed(grant.callbackUrl, hook.terraformOrigin);
  if (allowed.ok) return;
  throw new RunTaskError('bad_url', allowed.reason, '/task_result_callback_url');
}

async function refuse(hooks: HookStore, hook: Hook, error: unknown): Promise<Accepted> {
  if (!(error instanceof RunTaskError)) throw error;
  const reason = refusalReason(error);
  if (reason === null) throw error;
  const refusal: Refusal = { reason, detail: error.message };
  await hooks.noteRefusal(hook, refusal);
  return { kind: 'refused', ...refusal, pointer: error.pointer ?? null };
}

function refusalReason({ code }: RunTaskError): Refusal['reason'] | null {
  switch (code) {
    case 'not_json':
    case 'not_a_request':
    case 'origin_not_approved':
      return code;
    case 'bad_url':
      return 'callback_off_origin';
    case 'bad_transition':
      return null;
  }
}
