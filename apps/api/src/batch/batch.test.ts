import type { BatchAnswer } from '@rungate/contract';
import { ApiUnderTest, TOKEN } from '../testing/index.js';

const RUN_TASK = { name: 'guard', terraformOrigin: 'https://app.terraform.io' };
const acme = { slug: 'acme', displayName: 'Acme', runTasks: [RUN_TASK] };

const api = new ApiUnderTest();

beforeEach(() => api.start());
afterEach(() => api.stop());

function post(lines: readonly unknown[], query = '', headers: Record<string, string> = {}) {
  const payload = lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('');
  const type = { 'content-type': 'application/x-ndjson' };
  return api.inject({
    method: 'POST',
    url: `/api/v1/organizations:batch${query}`,
    headers: { authorization: `Bearer ${TOKEN}`, ...type, ...headers },
    payload,
  });
}

async function answersTo(lines: readonly unknown[], query = ''): Promise<readonly BatchAnswer[]> {
  const response = await post(lines, query);
  expect(response.statusCode).toBe(200);
  expect(response.headers['content-type']).toBe('application/x-ndjson');
  return response.payload
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as BatchAnswer);
}

describe('a batch of organizations', () => {
  it('makes each with its run tasks, and shows their keys once', async () => {
    const [first] = await answersTo([acme]);
    expect(first).toMatchObject({ line: 1, slug: 'acme', status: 201, change: 'created' });
    const [made] = first!.runTasks!;
    expect(made).toMatchObject({ name: 'guard', change: 'created' });
    expect(made!.hmacKey).toMatch(/^[0-9a-f]{64}$/);
    const [again] = await answersTo([acme]);
    expect(again).toMatchObject({ status: 200, change: 'unchanged', changed: [] });
    const [kept] = again!.runTasks!;
    expect(kept).toMatchObject({ hookUrl: made!.hookUrl });
    expect(kept).not.toHaveProperty('hmacKey');
  });

  it('changes what differs, and names it', async () => {
    await answersTo([acme]);
    const more = [
      { ...RUN_TASK, onTimeout: 'passed' },
      { ...RUN_TASK, name: 'advice' },
    ];
    const [answer] = await answersTo([{ ...acme, displayName: 'Acme Ltd', runTasks: more }]);
    expect(answer).toMatchObject({ status: 200, change: 'changed' });
    expect(answer?.changed).toEqual(['displayName', 'runTasks/guard/onTimeout', 'runTasks/advice']);
    expect(answer?.runTasks?.map(({ name, hmacKey }) => [name, typeof hmacKey])).toEqual([
      ['guard', 'undefined'],
      ['advice', 'string'],
    ]);
  });

  it('refuses bad lines with what is wrong, and does the others, in their order', async () => {
    const answers = await answersTo([
      '{"slug":',
      { slug: 'a', wieght: 1 },
      { slug: 'b' },
      { slug: 'b', weight: 2 },
      {
        slug: 'c',
        runTasks: [
          { ...RUN_TASK, checks: [{ name: 'x', use: 'no-such', stages: ['post_plan'], enforcement: 'advisory' }] },
        ],
      },
      { slug: 'd', runTasks: [RUN_TASK, RUN_TASK] },
      { slug: 'no slug' },
      '[1]',
      { slug: 'e' },
    ]);
    expect(answers.map(({ line, slug, status }) => [line, slug, status])).toEqual([
      [1, null, 400],
      [2, 'a', 400],
      [3, 'b', 201],
      [4, 'b', 400],
      [5, 'c', 400],
      [6, 'd', 400],
      [7, 'no slug', 400],
      [8, null, 400],
      [9, 'e', 201],
    ]);
    const pointers = answers.map(({ error }) => error?.errors?.map(({ pointer }) => pointer));
    expect(pointers[1]).toEqual(['/wieght']);
    expect(pointers[3]).toEqual(['/slug']);
    expect(pointers[4]).toEqual(['/runTasks/0/checks/0/use']);
    expect(pointers[5]).toEqual(['/runTasks/1/name']);
    expect(pointers[6]).toEqual(['/slug']);
  });

  it('shows the difference on a dry run, and writes nothing', async () => {
    const [imagined] = await answersTo([acme], '?dryRun=true');
    expect(imagined).toMatchObject({ change: 'created', runTasks: [{ name: 'guard', hookUrl: null }] });
    expect((await api.ask('GET', '/organizations/acme')).statusCode).toBe(404);
    await answersTo([acme]);
    const [difference] = await answersTo([{ ...acme, weight: 9 }], '?dryRun=true');
    expect(difference).toMatchObject({ change: 'changed', changed: ['weight'] });
    const stored = await api.ask('GET', '/organizations/acme');
    expect(stored.json()).toMatchObject({ weight: 1 });
  });

  it('gives a key to one of two lines that ask for the same', async () => {
    const key = { ...RUN_TASK, hmacKey: 'k'.repeat(40) };
    const answers = await answersTo([
      { slug: 'a', runTasks: [key] },
      { slug: 'b', runTasks: [key] },
    ]);
    expect(answers.map(({ status }) => status)).toEqual([201, 400]);
    expect(answers[1]?.error?.errors).toMatchObject([{ pointer: '/runTasks/0/hmacKey' }]);
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }, 415],
    ['no token', { authorization: '' }, 401],
  ])('is refused as a whole with %s', async (_, headers, status) => {
    expect((await post([acme], '', headers)).statusCode).toBe(status);
  });

  it('is refused as a whole when it is too long, empty or no UTF-8', async () => {
    expect((await post(Array.from({ length: 1_001 }, () => '{}'))).statusCode).toBe(413);
    expect((await post(['x'.repeat(33 * 1024 * 1024)])).statusCode).toBe(413);
    expect((await post([])).statusCode).toBe(400);
  });
});
