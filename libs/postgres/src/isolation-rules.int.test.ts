import { ISOLATION_RULES, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('the catalogue of the database', () => {
  let db: TestPostgres;

  beforeAll(async () => {
    db = await startTestPostgres();
  });
  afterAll(() => db.close());

  const offences = async (sql: string): Promise<readonly string[]> =>
    (await db.query<{ offence: string }>(sql)).map(({ offence }) => offence);

  it.each(ISOLATION_RULES)('$says', async ({ sql }) => {
    expect(await offences(sql)).toEqual([]);
  });

  it.each(ISOLATION_RULES)('is seen to break the rule: $says', async ({ sql, breach, names }) => {
    await db.query('BEGIN');
    try {
      await db.query(breach);
      expect((await offences(sql)).join('; ')).toContain(names);
    } finally {
      await db.query('ROLLBACK');
    }
  });
});
