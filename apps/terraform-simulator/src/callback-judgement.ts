import type { Answer } from './answer.js';
import type { TokenComparison } from './authorization.js';
import { parseBody, type ParsedBody } from './body.js';
import { readCallback, type CallbackDocument } from './callback-rules.js';
import type { ViolationCode } from './history.js';
import { errorAnswer, JSON_API, type Problem } from './json-api.js';

/** What of a request to a callback URL matters to the rules. */
export interface CallbackRequest {
  readonly method: string;
  readonly token: TokenComparison;
  readonly contentType: string | undefined;
  /** Null when it was larger than the platform reads. */
  readonly rawBody: Uint8Array | null;
  /** Whether the run's request offered `capabilities.outcomes`. */
  readonly takesOutcomes: boolean;
}

/** A callback that keeps the rules, or why it does not and what it is answered. */
export type CallbackJudgement =
  | { readonly valid: true; readonly document: CallbackDocument; readonly body: unknown }
  | {
      readonly valid: false;
      readonly answer: Answer;
      readonly problems: readonly Problem[];
      /** Null when it was noted elsewhere: tokens are compared for every endpoint. */
      readonly violation: { readonly code: ViolationCode; readonly detail: string } | null;
      readonly body: unknown;
    };

/** Judges one callback: method, token, content type, JSON, document, capability, in this order. */
export function judgeCallback(request: CallbackRequest): CallbackJudgement {
  const parsed = request.rawBody === null ? null : parseBody(request.rawBody);
  return refuseEnvelope(request, parsed) ?? judgeDocument(request, parsed?.isJson === true ? parsed.value : null);
}

function refuseEnvelope(request: CallbackRequest, parsed: ParsedBody | null): CallbackJudgement | null {
  const body = parsed === null ? null : parsed.isJson ? parsed.value : parsed.text;
  const refuse = (answer: Answer, code: ViolationCode | null, detail: string): CallbackJudgement => {
    return { valid: false, answer, problems: [], violation: code === null ? null : { code, detail }, body };
  };
  if (request.method !== 'PATCH') {
    return refuse(errorAnswer(404, 'not found'), 'wrong_method', `A callback came as ${request.method}.`);
  }
  if (request.token !== 'equal') return refuse(errorAnswer(401, 'unauthorized'), null, '');
  if (request.contentType !== JSON_API) {
    const detail = `A callback came as ${request.contentType ?? 'no type'}.`;
    return refuse(errorAnswer(415, 'unsupported media type'), 'wrong_content_type', detail);
  }
  if (parsed === null)
    return refuse(errorAnswer(413, 'payload too large'), 'invalid_callback', 'A callback was too large.');
  if (!parsed.isJson) return refuse(errorAnswer(400, 'bad request'), 'invalid_callback', 'A callback was not JSON.');
  return null;
}

function judgeDocument({ takesOutcomes }: CallbackRequest, body: unknown): CallbackJudgement {
  const reading = readCallback(body);
  if (!reading.valid) {
    const detail = reading.problems.map((problem) => `${problem.pointer} ${problem.detail}`).join('; ');
    return refuseDocument(body, reading.problems, { code: 'invalid_callback', detail });
  }
  if (reading.document.data.relationships !== undefined && !takesOutcomes) {
    const problem = { pointer: '/data/relationships/outcomes', detail: 'is not supported by this release' };
    const detail = 'Outcomes came although the request did not offer the capability.';
    return refuseDocument(body, [problem], { code: 'outcomes_without_capability', detail });
  }
  return { valid: true, document: reading.document, body };
}

function refuseDocument(
  body: unknown,
  problems: readonly Problem[],
  violation: { readonly code: ViolationCode; readonly detail: string },
): CallbackJudgement {
  return { valid: false, answer: errorAnswer(422, 'invalid attribute', problems), problems, violation, body };
}
