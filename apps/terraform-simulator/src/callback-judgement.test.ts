import { judgeCallback, type CallbackRequest } from './callback-judgement.js';

const passed = Buffer.from('{"data":{"type":"task-results","attributes":{"status":"passed"}}}');
const withOutcomes = Buffer.from(
  JSON.stringify({
    data: {
      type: 'task-results',
      attributes: { status: 'failed' },
      relationships: {
        outcomes: {
          data: [{ type: 'task-result-outcomes', attributes: { 'outcome-id': 'a', description: 'b' } }],
        },
      },
    },
  }),
);

const request = (changed: Partial<CallbackRequest> = {}): CallbackRequest => ({
  method: 'PATCH',
  token: 'equal',
  contentType: 'application/vnd.api+json',
  rawBody: passed,
  takesOutcomes: true,
  ...changed,
});

describe('callback judgement', () => {
  it('lets a callback through that keeps every rule', () => {
    expect(judgeCallback(request())).toMatchObject({ valid: true });
    expect(judgeCallback(request({ rawBody: withOutcomes }))).toMatchObject({ valid: true });
  });

  it.each([
    ['another method', { method: 'POST' }, 404, 'wrong_method'],
    ['another content type', { contentType: 'application/json' }, 415, 'wrong_content_type'],
    ['a parameter', { contentType: 'application/vnd.api+json; charset=utf-8' }, 415, 'wrong_content_type'],
    ['no content type', { contentType: undefined }, 415, 'wrong_content_type'],
    ['no JSON', { rawBody: Buffer.from('{') }, 400, 'invalid_callback'],
    ['bytes that are not UTF-8', { rawBody: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'invalid_callback'],
    ['too much', { rawBody: null }, 413, 'invalid_callback'],
    ['a document that breaks a rule', { rawBody: Buffer.from('{"data":{}}') }, 422, 'invalid_callback'],
    [
      'outcomes that nobody offered',
      { rawBody: withOutcomes, takesOutcomes: false },
      422,
      'outcomes_without_capability',
    ],
  ])('refuses %s', (_what, changed, status, code) => {
    expect(judgeCallback(request(changed))).toMatchObject({ valid: false, answer: { status }, violation: { code } });
  });

  it.each(['unequal', 'absent'] as const)('answers 401 when the token is %s, whatever the body', (token) => {
    const judgement = judgeCallback(request({ token, rawBody: Buffer.from('{') }));
    expect(judgement).toMatchObject({ valid: false, answer: { status: 401 } });
  });

  it('names each problem in JSON:API errors', () => {
    const judgement = judgeCallback(request({ rawBody: Buffer.from('{"data":{"type":"task-results"}}') }));
    if (judgement.valid) throw new Error('the document has no attributes');
    const answer: unknown = JSON.parse(Buffer.from(judgement.answer.body).toString());
    expect(answer).toMatchObject({ errors: [{ status: '422', source: { pointer: '/data/attributes' } }] });
    expect(judgement.answer.headers).toEqual({ 'content-type': 'application/vnd.api+json' });
  });
});
