import type { OrganizationStore } from '@rungate/run-task';

const PERSONAS = [
  { slug: 'acme', displayName: 'Acme' },
  { slug: 'globex', displayName: 'Globex' },
];

/** Development only: the two organizations that the development personas belong to. A PUT, so that it can be repeated. */
export async function seedDevelopment(organizations: OrganizationStore): Promise<void> {
  for (const { slug, displayName } of PERSONAS) {
    if ((await organizations.find(slug)) !== null) continue;
    const settings = {
      displayName,
      tags: [],
      weight: 1,
      maxInFlight: null,
      retentionDays: 90,
      inputRetentionDays: 30,
    };
    await organizations.put(slug, settings, false);
  }
}
