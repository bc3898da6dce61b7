import type { OrganizationStore } from '@rungate/run-task';

const PERSONAS = [
  { slug: 'acme', displayName: 'Acme' },
  { slug: 'globex', displayName: 'Globex' },
];

/** The two organizations of a new development installation: those that the development personas belong to. */
export async function seedDevelopment(organizations: OrganizationStore): Promise<void> {
  for (const { slug, displayName } of PERSONAS) {
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
