import { InMemoryOrganizationStore, PLATFORM, TESTER } from '@rungate/run-task/testing';
import { seedDevelopment } from './seed.js';

const SETTINGS = {
  displayName: 'Ours',
  tags: ['kept'],
  weight: 3,
  maxInFlight: 5,
  retentionDays: 7,
  inputRetentionDays: 0,
};

describe('seeding a development installation', () => {
  it('makes the organizations of the personas', async () => {
    const organizations = new InMemoryOrganizationStore();
    await seedDevelopment(organizations);
    expect(await organizations.find(PLATFORM, 'acme')).toMatchObject({ displayName: 'Acme' });
    expect(await organizations.find(PLATFORM, 'globex')).toMatchObject({ displayName: 'Globex' });
  });

  it('leaves one alone that somebody changed, as after an update that migrates', async () => {
    const organizations = new InMemoryOrganizationStore();
    await organizations.put({
      slug: 'acme',
      settings: SETTINGS,
      scope: PLATFORM,
      expected: {},
      allow: () => undefined,
      by: TESTER,
      dryRun: false,
    });
    await seedDevelopment(organizations);
    expect(await organizations.find(PLATFORM, 'acme')).toMatchObject(SETTINGS);
  });
});
