import type { Actor, OrganizationStore } from '@rungate/run-task';

const PERSONAS = [
  { slug: 'acme', displayName: 'Acme' },
  { slug: 'globex', displayName: 'Globex' },
];

/** Nobody asked for these. */
const RUNGATE: Actor = { kind: 'system', id: null, name: 'rungate', role: 'system', address: null };

/** Makes the organizations that the development personas belong to; one that is there stays as somebody made it. */
export async function seedDevelopment(organizations: OrganizationStore): Promise<void> {
  for (const { slug, displayName } of PERSONAS) {
    if ((await organizations.find({ kind: 'platform' }, slug)) !== null) continue;
    const settings = {
      displayName,
      tags: [],
      weight: 1,
      maxInFlight: null,
      retentionDays: 90,
      inputRetentionDays: 30,
    };
    await organizations.put({
      slug,
      settings,
      scope: { kind: 'platform' },
      expected: {},
      allow: () => undefined,
      by: RUNGATE,
      dryRun: false,
    });
  }
}
