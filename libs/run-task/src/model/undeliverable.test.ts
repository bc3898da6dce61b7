import type { CallbackAnswer } from './retry.js';
import { EXPIRED, progressReason, undeliverableReason, type RefusalClass } from './undeliverable.js';

const status = (code: number, title: string | null = null): CallbackAnswer => ({
  kind: 'status',
  status: code,
  retryAfterMs: null,
  title,
});
const noAnswer = (detail: string): CallbackAnswer => ({ kind: 'no_answer', cause: 'refused', sent: false, detail });

describe('why a verdict was given up', () => {
  it.each<[RefusalClass, CallbackAnswer, string]>([
    [
      'unauthorized',
      status(401, 'unauthorized'),
      'Terraform refused the access token of the run (HTTP 401: unauthorized). The token lives for ten minutes and ends with the run: if the run still waits for this task, start a new one.',
    ],
    [
      'not_found',
      status(404),
      'Terraform does not know this task result (HTTP 404). The run was discarded, or another Terraform sent the request than the run task names: look at the run there.',
    ],
    [
      'ours',
      status(422, 'Invalid attributes'),
      'Terraform refused the verdict, also without its findings (HTTP 422: Invalid attributes). This is a fault of Rungate: report it with what Terraform answered, which operators see at the attempt.',
    ],
    [
      'redirect',
      status(302),
      'Terraform answered with a redirect, which is never followed since it would carry the access token away (HTTP 302). Make the address that it leads to the Terraform origin of the run task, or mend the proxy that redirects.',
    ],
    [
      'forbidden',
      noAnswer('the Terraform origin is not approved for this organization'),
      'Rungate may not send to this address (the Terraform origin is not approved for this organization). Let an operator approve the origin, or grant its address, and send the verdict again before the deadline.',
    ],
    [
      'throttled',
      status(429),
      'Terraform asked to wait until after the deadline (HTTP 429). Ask whoever runs it for a higher rate limit, or start fewer runs at a time, and start a new run.',
    ],
    [
      'transient',
      noAnswer('tfe.example refused the connection or cannot be reached (ECONNREFUSED)'),
      'Terraform failed, or could not be reached, until the deadline (tfe.example refused the connection or cannot be reached (ECONNREFUSED)). See whether it is up and whether Rungate reaches its name and port, and start a new run.',
    ],
    [
      'unknown',
      noAnswer('tfe.example did not answer in full within 15000 ms'),
      'Terraform did not answer until the deadline, and may have the verdict all the same (tfe.example did not answer in full within 15000 ms). Look at the run there: start a new one if it still waits or failed.',
    ],
    [
      'certificate',
      noAnswer('no trusted TLS connection to tfe.example (CERT_HAS_EXPIRED)'),
      'There was no trusted connection to Terraform until the deadline (no trusted TLS connection to tfe.example (CERT_HAS_EXPIRED)). Renew its certificate, or let an operator add its authority for this origin, and start a new run.',
    ],
    [
      'held',
      noAnswer('https://tfe.example fails for everybody'),
      'The verdict waited until the deadline (https://tfe.example fails for everybody). See what the earlier attempts were answered, or, if there are none, whether workers ran; then start a new run.',
    ],
  ])('after %s says what happened and what to do', (refusal, answer, said) => {
    expect(undeliverableReason(refusal, answer)).toBe(said);
  });

  it('is the same whoever finds that nobody was sending it', () => {
    expect(EXPIRED).toBe(
      'The verdict waited until the deadline (no attempt was under way when it passed). See what the earlier attempts were answered, or, if there are none, whether workers ran; then start a new run.',
    );
  });
});

it('says of progress that the next update comes by itself', () => {
  expect(progressReason(status(503))).toBe('The update did not arrive (HTTP 503). The next one comes by itself.');
});
