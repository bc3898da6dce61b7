import { readCallback } from './callback-rules.js';

type Member = Record<string, unknown>;

const outcome = (attributes: Member = {}): Member => ({
  type: 'task-result-outcomes',
  attributes: { 'outcome-id': 'check-1', description: 'A bucket is public', ...attributes },
});
const callback = (attributes: Member = {}, outcomes?: readonly unknown[]): Member => ({
  data: {
    type: 'task-results',
    attributes: { status: 'failed', ...attributes },
    ...(outcomes === undefined ? {} : { relationships: { outcomes: { data: outcomes } } }),
  },
});
const withAttributes = (attributes: Member): Member => callback({}, [outcome(attributes)]);
const withTags = (tags: unknown): Member => withAttributes({ tags });
const url = (length: number): string => 'https://example.com/'.padEnd(length, 'a');
const groups = (count: number): Member =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`Tag${index}`, [{ label: 'x' }]]));

const OUTCOME = '/data/relationships/outcomes/data/0';

/** Each rule with the largest thing it lets through, the smallest it does not, and where that is reported. */
const RULES: readonly (readonly [rule: string, passes: unknown, fails: unknown, pointer: string])[] = [
  ['is an object', callback(), [], ''],
  ['has data', callback(), {}, '/data'],
  ['has no other top-level member', callback(), { ...callback(), meta: {} }, '/meta'],
  ['has the type', callback(), { data: { type: 'task_results', attributes: { status: 'passed' } } }, '/data/type'],
  ['has a status', callback(), { data: { type: 'task-results', attributes: {} } }, '/data/attributes/status'],
  ['takes running', callback({ status: 'running' }), callback({ status: 'pending' }), '/data/attributes/status'],
  ['takes passed', callback({ status: 'passed' }), callback({ status: 'errored' }), '/data/attributes/status'],
  ['takes failed', callback({ status: 'failed' }), callback({ status: 'Failed' }), '/data/attributes/status'],
  ['message not empty', callback({ message: 'a' }), callback({ message: '' }), '/data/attributes/message'],
  [
    'message at most 1,000',
    callback({ message: 'a'.repeat(1_000) }),
    callback({ message: 'a'.repeat(1_001) }),
    '/data/attributes/message',
  ],
  ['message is text', callback({ message: '1' }), callback({ message: 1 }), '/data/attributes/message'],
  ['message without NUL', callback({ message: 'a\n' }), callback({ message: 'a\u0000' }), '/data/attributes/message'],
  [
    'message is whole',
    callback({ message: '🚀' }),
    callback({ message: '🚀'.slice(0, 1) }),
    '/data/attributes/message',
  ],
  ['url at most 500', callback({ url: url(500) }), callback({ url: url(501) }), '/data/attributes/url'],
  ['url is http', callback({ url: 'http://a.example' }), callback({ url: 'ftp://a.example' }), '/data/attributes/url'],
  ['url is absolute', callback({ url: 'https://a.example' }), callback({ url: 'a.example' }), '/data/attributes/url'],
  [
    'url has no space',
    callback({ url: 'https://a.example/b' }),
    callback({ url: 'https://a.example/ b' }),
    '/data/attributes/url',
  ],
  ['attributes are known', callback(), callback({ outcomes: [] }), '/data/attributes/outcomes'],
  [
    'relationships are known',
    callback({}, [outcome()]),
    {
      data: {
        type: 'task-results',
        attributes: { status: 'failed' },
        relationships: { outcomes: { data: [outcome()] }, 'task-result-outcomes': { data: [] } },
      },
    },
    '/data/relationships/task-result-outcomes',
  ],
  ['one outcome at least', callback({}, [outcome()]), callback({}, []), '/data/relationships/outcomes/data'],
  [
    '250 outcomes at most',
    callback(
      {},
      Array.from({ length: 250 }, () => outcome()),
    ),
    callback(
      {},
      Array.from({ length: 251 }, () => outcome()),
    ),
    '/data/relationships/outcomes/data',
  ],
  ['outcome type', callback({}, [outcome()]), callback({}, [{ ...outcome(), type: 'outcomes' }]), `${OUTCOME}/type`],
  [
    'outcome has no other member',
    callback({}, [outcome()]),
    callback({}, [{ ...outcome(), id: '1' }]),
    `${OUTCOME}/id`,
  ],
  [
    'outcome-id is spelled so',
    withAttributes({}),
    withAttributes({ outcome_id: 'x' }),
    `${OUTCOME}/attributes/outcome_id`,
  ],
  [
    'outcome-id is there',
    withAttributes({}),
    withAttributes({ 'outcome-id': undefined }),
    `${OUTCOME}/attributes/outcome-id`,
  ],
  [
    'outcome-id not empty',
    withAttributes({ 'outcome-id': 'a' }),
    withAttributes({ 'outcome-id': '' }),
    `${OUTCOME}/attributes/outcome-id`,
  ],
  [
    'outcome-id at most 64',
    withAttributes({ 'outcome-id': 'a'.repeat(64) }),
    withAttributes({ 'outcome-id': 'a'.repeat(65) }),
    `${OUTCOME}/attributes/outcome-id`,
  ],
  [
    'description not empty',
    withAttributes({ description: 'a' }),
    withAttributes({ description: '' }),
    `${OUTCOME}/attributes/description`,
  ],
  [
    'description at most 1,000',
    withAttributes({ description: 'a'.repeat(1_000) }),
    withAttributes({ description: 'a'.repeat(1_001) }),
    `${OUTCOME}/attributes/description`,
  ],
  ['body not empty', withAttributes({ body: 'a' }), withAttributes({ body: '' }), `${OUTCOME}/attributes/body`],
  [
    'body at most 10,000',
    withAttributes({ body: 'a'.repeat(10_000) }),
    withAttributes({ body: 'a'.repeat(10_001) }),
    `${OUTCOME}/attributes/body`,
  ],
  [
    'outcome url at most 500',
    withAttributes({ url: url(500) }),
    withAttributes({ url: url(501) }),
    `${OUTCOME}/attributes/url`,
  ],
  [
    'outcome url is http',
    withAttributes({ url: 'https://a.example' }),
    withAttributes({ url: 'javascript:alert(1)' }),
    `${OUTCOME}/attributes/url`,
  ],
  ['tags not empty', withTags(groups(1)), withTags({}), `${OUTCOME}/attributes/tags`],
  ['10 tags at most', withTags(groups(10)), withTags(groups(11)), `${OUTCOME}/attributes/tags`],
  [
    'tag names are words',
    withTags({ _Cost_Centre1: [{ label: 'x' }] }),
    withTags({ 'Cost Centre': [{ label: 'x' }] }),
    `${OUTCOME}/attributes/tags/Cost Centre`,
  ],
  ['a tag has labels', withTags({ A: [{ label: 'x' }] }), withTags({ A: [] }), `${OUTCOME}/attributes/tags/A`],
  [
    '32 labels at most',
    withTags({ A: Array.from({ length: 32 }, () => ({ label: 'x' })) }),
    withTags({ A: Array.from({ length: 33 }, () => ({ label: 'x' })) }),
    `${OUTCOME}/attributes/tags/A`,
  ],
  ['labels are objects', withTags({ A: [{ label: 'x' }] }), withTags({ A: ['x'] }), `${OUTCOME}/attributes/tags/A/0`],
  [
    'label not empty',
    withTags({ A: [{ label: 'x' }] }),
    withTags({ A: [{ label: '' }] }),
    `${OUTCOME}/attributes/tags/A/0/label`,
  ],
  [
    'label at most 32',
    withTags({ A: [{ label: 'x'.repeat(32) }] }),
    withTags({ A: [{ label: 'x'.repeat(33) }] }),
    `${OUTCOME}/attributes/tags/A/0/label`,
  ],
  [
    'label has no other member',
    withTags({ A: [{ label: 'x' }] }),
    withTags({ A: [{ label: 'x', colour: 'red' }] }),
    `${OUTCOME}/attributes/tags/A/0/colour`,
  ],
  ...['none', 'info', 'warning', 'error'].map((level): (typeof RULES)[number] => [
    `takes level ${level}`,
    withTags({ A: [{ label: 'x', level }] }),
    withTags({ A: [{ label: 'x', level: level.toUpperCase() }] }),
    `${OUTCOME}/attributes/tags/A/0/level`,
  ]),
];

describe('callback rules', () => {
  it.each(RULES)('%s', (_rule, passes, fails, pointer) => {
    expect(readCallback(passes)).toMatchObject({ valid: true });
    expect(readCallback(fails)).toMatchObject({ valid: false, problems: [{ pointer }] });
  });

  it('lists every problem', () => {
    const reading = readCallback(callback({ status: 'maybe', message: '' }, [outcome({ body: '' })]));
    expect(reading).toMatchObject({
      problems: [
        { pointer: '/data/attributes/status' },
        { pointer: '/data/attributes/message' },
        { pointer: `${OUTCOME}/attributes/body` },
      ],
    });
  });

  it('refuses members that would change a prototype', () => {
    const body: unknown = JSON.parse(
      '{"data":{"type":"task-results","attributes":{"status":"passed","__proto__":{}}}}',
    );
    expect(readCallback(body).valid).toBe(false);
  });

  it('gives back what it was given, so that nothing is dropped on the way', () => {
    const body = callback({ message: 'no', url: 'https://a.example' }, [
      outcome({ body: '# why', url: 'https://a.example', tags: { Status: [{ label: 'Denied', level: 'error' }] } }),
    ]);
    expect(readCallback(body)).toEqual({ valid: true, document: body });
  });
});
