import { EgressError, type Egress, type EgressAnswer, type EgressErrorCode } from '@rungate/egress';
import {
  CALLBACK_CONTENT_TYPE,
  grantsOf,
  plainText,
  type CallbackAnswer,
  type CallbackRequest,
  type CallbackSender,
  type NoAnswerCause,
  type OpenOrigins,
} from '@rungate/run-task';
import { errorTitle } from './error-title.js';
import { keptOf } from './foreign-text.js';
import { parseGrantUrl } from './grant-url.js';
import { retryAfterMs } from './retry-after.js';

/** Bytes of an answer that are read, decoded. */
const ANSWER_BYTES = 65_536;
const NOT_APPROVED = 'the Terraform origin is not approved for this organization';
const DETAIL_LIMIT = 200;

/** Sends callbacks. What goes wrong is an answer too: nothing is thrown, nothing followed, nothing sent twice. */
export class EgressCallbackSender implements CallbackSender {
  constructor(
    private readonly egress: Egress,
    private readonly openOrigins: OpenOrigins,
    private readonly totalMs: number,
  ) {}

  async send(request: CallbackRequest, signal: AbortSignal): Promise<CallbackAnswer> {
    const { url, terraformOrigin, originRecords, accessToken } = request;
    const parsed = parseGrantUrl({ kind: 'callback', url, terraformOrigin, options: this.egress });
    if (!parsed.ok) return noAnswer('forbidden', { detail: `the callback URL ${parsed.reason}`, sent: false });
    const origins = grantsOf([parsed.url.origin], originRecords, this.openOrigins);
    if (origins.length === 0) return noAnswer('forbidden', { detail: NOT_APPROVED, sent: false });
    try {
      const answer = await this.egress.request({
        organizationId: request.organizationId,
        purpose: { kind: 'terraform', origins },
        method: 'PATCH',
        url: parsed.url,
        headers: {
          authorization: `Bearer ${accessToken}`,
          'content-type': CALLBACK_CONTENT_TYPE,
          accept: CALLBACK_CONTENT_TYPE,
        },
        body: JSON.stringify(request.callback),
        limits: { totalMs: this.totalMs, idleMs: this.totalMs, bodyBytes: ANSWER_BYTES },
        signal,
      });
      const said = await readStart(answer);
      const kept = keptOf(answer, said, accessToken);
      return {
        kind: 'status',
        status: answer.status,
        retryAfterMs: retryAfterMs(answer.header('retry-after'), answer.header('date')),
        title: errorTitle(said, accessToken),
        ...(kept === undefined ? {} : { kept }),
      };
    } catch (error) {
      return toNoAnswer(error);
    }
  }
}

/** As much of the body as arrives in time and is of use: the status is known, so nothing here can fail. */
async function readStart({ body }: EgressAnswer): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch {
    // Cut, broken off or too slow: what was read is all that is looked at.
  }
  return Buffer.concat(chunks).toString('utf8');
}

const CAUSES: Readonly<Record<EgressErrorCode, NoAnswerCause>> = {
  timeout: 'timeout',
  reset: 'reset',
  refused: 'refused',
  dns: 'dns',
  certificate: 'certificate',
  forbidden: 'forbidden',
  too_large: 'reset',
  bad_answer: 'reset',
  aborted: 'reset',
  // The access token cannot be a header value: no further try will change that.
  bad_options: 'forbidden',
};

function toNoAnswer(error: unknown): CallbackAnswer {
  if (error instanceof EgressError) {
    return noAnswer(CAUSES[error.code], { detail: plainText(error.message, DETAIL_LIMIT), sent: error.sent });
  }
  return noAnswer('reset', { detail: 'the callback could not be sent', sent: true });
}

function noAnswer(
  cause: NoAnswerCause,
  { detail, sent }: { readonly detail: string; readonly sent: boolean },
): CallbackAnswer {
  return { kind: 'no_answer', cause, sent, detail };
}
