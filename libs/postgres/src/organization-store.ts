import {
  storable,
  type Clock,
  type Ids,
  type Organization,
  type OrganizationPage,
  type OrganizationSettings,
  type OrganizationStore,
  type PutAnswer,
} from '@rungate/run-task';
import type { Prisma, PrismaClient } from './generated/client.js';
import { canonicalJson } from './json-text.js';
import type { Keyring } from './keyring.js';
import { againIfTaken, type PrismaOrganizationGate } from './prisma.js';
import { newGrantDataKey, newHmacDataKey } from './sealing.js';
import { oneOf } from './stored.js';

/** What the store of organizations is made of. */
export interface OrganizationStorePorts {
  readonly gate: PrismaOrganizationGate;
  /** `rungate_platform`: finds the organization of a slug. */
  readonly platform: PrismaClient;
  readonly keyring: Keyring;
  readonly ids: Ids;
  readonly clock: Clock;
}

/** Organizations: read across all, written one at a time. */
export class PostgresOrganizationStore implements OrganizationStore {
  constructor(private readonly ports: OrganizationStorePorts) {}

  put(slug: string, settings: OrganizationSettings, dryRun: boolean): Promise<PutAnswer<Organization>> {
    return againIfTaken(async () => {
      const wanted = storableSettings(settings);
      const current = await this.find(slug);
      return current === null ? this.#create(slug, wanted, dryRun) : this.#change(current, wanted, dryRun);
    });
  }

  async find(slug: string): Promise<Organization | null> {
    const row = await this.ports.platform.organization.findUnique({ where: { slug } });
    return row === null ? null : organizationOf(row);
  }

  async list({ limit, after, q, tag }: OrganizationPage): Promise<readonly Organization[]> {
    const rows = await this.ports.platform.organization.findMany({
      where: {
        ...(after === null ? {} : { slug: { gt: after } }),
        ...(q === null ? {} : { OR: [containing('slug', q), containing('displayName', q)] }),
        ...(tag === null ? {} : { tags: { has: tag } }),
      },
      orderBy: { slug: 'asc' },
      take: limit,
    });
    return rows.map(organizationOf);
  }

  suspend(slug: string): Promise<boolean> {
    return this.#setState(slug, 'suspended');
  }

  resume(slug: string): Promise<boolean> {
    return this.#setState(slug, 'active');
  }

  async #create(slug: string, settings: OrganizationSettings, dryRun: boolean): Promise<PutAnswer<Organization>> {
    const { gate, ids, keyring, clock } = this.ports;
    const id = ids.next();
    const stored = { ...settings, id, slug, state: 'active' as const, createdAt: clock.now() };
    const answer = { kind: 'created' as const, changed: Object.keys(settings), stored };
    if (dryRun) return answer;
    const hmac = newHmacDataKey(keyring, id, ids.next());
    const grant = newGrantDataKey(keyring, id, ids.next());
    await gate.withOrganization(id, async (tx) => {
      await tx.organization.create({ data: { ...stored, tags: [...settings.tags] } });
      await tx.dataKey.createMany({
        data: [
          { ...hmac, purpose: 'hmac', wrapped: bytes(hmac.wrapped) },
          { ...grant, purpose: 'grant', wrapped: bytes(grant.wrapped), publicKey: bytes(grant.publicKey) },
        ],
      });
    });
    return answer;
  }

  async #change(
    current: Organization,
    settings: OrganizationSettings,
    dryRun: boolean,
  ): Promise<PutAnswer<Organization>> {
    const changed = FIELDS.filter((field) => canonicalJson(current[field]) !== canonicalJson(settings[field]));
    const stored = { ...current, ...settings };
    if (changed.length === 0) return { kind: 'unchanged', changed, stored: current };
    if (!dryRun) {
      await this.ports.gate.withOrganization(current.id, (tx) =>
        tx.organization.updateMany({ where: { id: current.id }, data: { ...settings, tags: [...settings.tags] } }),
      );
    }
    return { kind: 'changed', changed, stored };
  }

  async #setState(slug: string, state: Organization['state']): Promise<boolean> {
    const current = await this.find(slug);
    if (current === null) return false;
    await this.ports.gate.withOrganization(current.id, (tx) =>
      tx.organization.updateMany({ where: { id: current.id }, data: { state } }),
    );
    return true;
  }
}

const FIELDS = [
  'displayName',
  'tags',
  'weight',
  'maxInFlight',
  'retentionDays',
  'inputRetentionDays',
] as const satisfies readonly (keyof OrganizationSettings)[];

type OrganizationRow = Prisma.OrganizationGetPayload<object>;

function organizationOf(row: OrganizationRow): Organization {
  return { ...row, state: oneOf(['active', 'suspended'], row.state) };
}

/** Only the known settings, with text that Postgres can hold. */
function storableSettings(settings: OrganizationSettings): OrganizationSettings {
  const { displayName, tags, weight, maxInFlight, retentionDays, inputRetentionDays } = settings;
  return {
    displayName: storable(displayName),
    tags: tags.map(storable),
    weight,
    maxInFlight,
    retentionDays,
    inputRetentionDays,
  };
}

/** Taken literally: `%` and `_` of LIKE are letters here. */
function containing(field: 'slug' | 'displayName', text: string): Prisma.OrganizationWhereInput {
  return { [field]: { contains: text.replaceAll(/[\\%_]/g, '\\$&'), mode: 'insensitive' } };
}

/** Prisma takes no Buffer over shared memory. */
export function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}
