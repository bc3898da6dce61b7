import { errorTitle } from './error-title.js';

const TOKEN = 'abc.atlasv1.token-canary';
const withTitle = (title: unknown) =>
  JSON.stringify({ errors: [{ status: '422', title, detail: 'detail' }, { title: 'second' }] });

it('is the title of the first error', () => {
  expect(errorTitle(withTitle('invalid attribute'), TOKEN)).toBe('invalid attribute');
});

it('is plain and at most 200 characters long', () => {
  expect(errorTitle(withTitle('a\n\u202eb\u0000'), TOKEN)).toBe('a \ufffdb\ufffd');
  expect(errorTitle(withTitle('x'.repeat(5_000)), TOKEN)).toHaveLength(200);
});

it.each([`Bearer ${TOKEN} refused`, `${'x'.repeat(190)} ${TOKEN}`, `${TOKEN}${TOKEN}`])(
  'never repeats the token: %s',
  (title) => {
    expect(errorTitle(withTitle(title), TOKEN)).not.toContain('canary');
  },
);

it('drops query strings', () => {
  expect(errorTitle(withTitle('no such object https://a.example/b?sig=query-canary&x=y today'), TOKEN)).toBe(
    'no such object https://a.example/b today',
  );
});

it.each([
  '',
  'x',
  '[]',
  '{}',
  'null',
  '{"errors":[]}',
  '{"errors":["x"]}',
  '{"errors":[{}]}',
  withTitle(5),
  '['.repeat(60_000),
])('is null for another body', (body) => {
  expect(errorTitle(body, TOKEN)).toBeNull();
});
