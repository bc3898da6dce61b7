import { randomBytes } from 'node:crypto';
import type { RepeatableRequest } from '@rungate/run-task';
import { anOrganization, startTestPostgres, type TestPostgres } from '../testing/index.js';

jest.setTimeout(60_000);

describe('PostgresAnswerStore', () => {
  let db: TestPostgres;
  let organizationId: string;

  beforeAll(async () => {
    db = await startTestPostgres();
    organizationId = (await anOrganization(db, 'acme')).organization.id;
  });
  afterAll(() => db.close());

  describe.each([
    ['the platform', () => null],
    ['an organization', () => organizationId],
  ])('for %s', (_, owner) => {
    const aRequest = (): RepeatableRequest => ({
      organizationId: owner(),
      id: randomBytes(32),
      bodyHash: randomBytes(32),
    });

    it('answers a request once, and then as it was answered', async () => {
      const { answers } = db.postgres;
      const request = aRequest();
      expect(await answers.begin(request)).toBe('new');
      expect(await answers.begin(request)).toBe('under_way');
      await answers.keep(request, { status: 201, body: { id: 'x' } });
      expect(await answers.begin(request)).toEqual({ status: 201, body: { id: 'x' } });
      expect(await answers.begin({ ...request, bodyHash: randomBytes(32) })).toBe('other_body');
    });

    it('begins anew when nothing was done, when its process died, and after a day', async () => {
      const { answers } = db.postgres;
      const request = aRequest();
      await answers.begin(request);
      await answers.forget(request);
      expect(await answers.begin(request)).toBe('new');
      const age = (ago: string): Promise<object[]> =>
        db.query(`UPDATE idempotency_keys SET created_at = now() - $1::interval WHERE id = $2`, [ago, request.id]);
      await age('61 seconds');
      expect(await answers.begin(request)).toBe('new');
      await answers.keep(request, { status: 200, body: {} });
      await age('23 hours');
      expect(await answers.begin(request)).toEqual({ status: 200, body: {} });
      await age('25 hours');
      expect(await answers.begin(request)).toBe('new');
    });

    it('is begun by one of ten at once', async () => {
      const request = aRequest();
      const begun = await Promise.all(Array.from({ length: 10 }, () => db.postgres.answers.begin(request)));
      expect(begun.filter((answer) => answer === 'new')).toHaveLength(1);
    });
  });
});
