import type { OrganizationStore } from '@rungate/run-task';

const PERSONAS = [
  { slug: 'acme', displayName: 'Acme' },
  { slug: 'globex', displayName: 'Globex' },
];

/** Makes the organizations that the development personas belong to; one that is there stays as somebody made it. */
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
