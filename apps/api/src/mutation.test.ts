import { ApiUnderTest, pointers } from './testing/index.js';

const ROUNDS = 400;
const ORGANIZATION = {
  displayName: 'Acme',
  tags: ['a', 'b'],
  weight: 3,
  maxInFlight: 4,
  retentionDays: 9,
  inputRetentionDays: 0,
};
const RUN_TASK = {
  terraformOrigin: 'https://tfe.example.com',
  downloadOrigins: ['https://tfe.example.com'],
  deadlineProfile: 'fixed',
  onTimeout: 'passed',
  checks: [
    {
      name: 'no-deletes',
      use: 'destructive-guard',
      stages: ['post_plan', 'pre_apply'],
      enforcement: 'advisory',
      timeoutSeconds: 30,
      config: { protectedTypes: ['aws_db_instance', { nested: [1, null] }] },
      failOn: 'low',
      onUnknown: 'fail',
      onError: 'skip',
    },
  ],
};

/** What is put in the place of a part of a valid body. */
// prettier-ignore
const ODDITIES: readonly unknown[] = [
  null, true, 0, -1, 1, 2.5, 1e300, 2 ** 53, '', 'x', ' ', 'post_plan', 'https://app.terraform.io', 'a\u0000', '\ud83d',
  '😀'.repeat(500), 'y'.repeat(1_001), '\u202egnp', '__proto__', 'constructor', "'; drop table organizations; --",
  [], {}, [[]], { constructor: { prototype: 1 } }, [null], { toString: 1 }, ['a', 'a'], { '': '' }, nested(70),
];

describe('a damaged body', () => {
  const api = new ApiUnderTest();
  beforeAll(async () => {
    await api.start();
    await api.ask('PUT', '/organizations/acme', { body: ORGANIZATION });
  });
  afterAll(() => api.stop());

  it.each([
    ['organization', '/organizations/fuzz', ORGANIZATION],
    ['run task', '/organizations/acme/run-tasks/fuzz', RUN_TASK],
  ])(
    'in a PUT of the %s is refused with a pointer, or reads back as it was sent',
    async (_, path, valid) => {
      const random = generator(20261121);
      const statuses = new Set<number>();
      for (let round = 0; round < ROUNDS; round++) {
        const body = mutate(structuredClone(valid), random);
        const response = await api.ask('PUT', path, { body });
        statuses.add(response.statusCode);
        const context = JSON.stringify(body).slice(0, 300);
        if (response.statusCode === 400) {
          expect([context, pointers(response).length]).not.toEqual([context, 0]);
        } else {
          expect([context, [200, 201].includes(response.statusCode)]).toEqual([context, true]);
          expect((await api.ask('GET', path)).json()).toMatchObject(without(body, 'hmacKey'));
        }
      }
      expect([...statuses].sort()).toEqual([200, 201, 400]);
      expect(api.logged).toEqual([]);
    },
    60_000,
  );
});

/** Replaces, removes, adds or repeats one part, once to three times. */
function mutate(body: object, random: () => number): object {
  const times = 1 + Math.floor(random() * 3);
  for (let time = 0; time < times; time++) damage(pick(containers(body), random), random);
  return body;
}

function damage(container: object, random: () => number): void {
  const key = pick([...Object.keys(container), 'extra'], random);
  const kind = random();
  if (Array.isArray(container)) {
    if (kind < 0.4) container.push(oddity(random, container));
    else if (kind < 0.7) container.pop();
    else container.splice(0, 1, oddity(random));
  } else if (kind < 0.35) Reflect.deleteProperty(container, key);
  else Reflect.set(container, key, oddity(random));
}

/** A copy: what is put in twice must not be one object. */
function oddity(random: () => number, more: readonly unknown[] = []): unknown {
  return structuredClone(pick([...ODDITIES, ...more], random));
}

function containers(value: unknown): readonly object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(containers)];
}

function without(body: object, key: string): object {
  return Object.fromEntries(Object.entries(body).filter(([name]) => name !== key));
}

function pick<T>(choices: readonly T[], random: () => number): T {
  const choice = choices[Math.floor(random() * choices.length)];
  return choice as T;
}

function nested(depth: number): unknown {
  return depth === 0 ? 1 : [nested(depth - 1)];
}

/** Mulberry32: the same numbers in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
