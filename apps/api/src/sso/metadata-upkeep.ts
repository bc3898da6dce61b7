import { Inject, Injectable } from '@nestjs/common';
import type { Actor, MetadataToRead } from '@rungate/run-task';
import { ApiError } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { MetadataSource } from './metadata-source.js';
import { readSamlMetadata } from './saml-metadata.js';
import { signedMetadata } from './signed-metadata.js';

/** Reads metadata again. */
const KEEPER: Actor = { kind: 'system', id: null, name: 'keeper', role: 'system', address: null };

/** Reads again what SAML providers publish, for the successors of their certificates. */
@Injectable()
export class MetadataUpkeep {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(MetadataSource) private readonly source: Pick<MetadataSource, 'fetch'>,
  ) {}

  /** Some whose time has come; how many. */
  async refreshDue(atMost: number): Promise<number> {
    const due = await this.options.managedConnections.takeDueMetadata(atMost);
    for (const each of due) {
      const fault = await this.#refresh(each);
      if (fault !== null) this.options.log.warn('metadata_not_read', { connection: each.connection.id, error: fault });
    }
    return due.length;
  }

  /** Why it could not be; null: it was. What a connection is told by stays, whatever its metadata says. */
  async #refresh({ organizationId, connection }: MetadataToRead): Promise<string | null> {
    const { managedConnections, clock } = this.options;
    const { id, issuer, certificates: present, revision } = connection;
    const written = await this.#fetch(connection);
    if ('fault' in written) return written.fault;
    const signed = await signedMetadata(written.xml, { certificates: present, now: clock.now() });
    const reading = await readSamlMetadata(signed ?? written.xml);
    if (!reading.ok) return `The metadata ${reading.reason}.`;
    const { certificates } = reading.metadata;
    if (reading.metadata.issuer !== issuer) return `The metadata is of ${reading.metadata.issuer}.`;
    const hasNews = certificates.some((pem) => !present.includes(pem));
    if (!hasNews || signed === null) {
      const offer = { certificates: hasNews ? certificates : null, by: KEEPER };
      await managedConnections.offerCertificates(organizationId, id, offer);
      return null;
    }
    const desired = { settings: { ...connection, certificates }, clientSecret: undefined };
    await managedConnections.change(organizationId, id, desired, { expected: { revision }, by: KEEPER });
    return null;
  }

  async #fetch({
    id,
    metadataUrl,
  }: MetadataToRead['connection']): Promise<{ readonly xml: string } | { readonly fault: string }> {
    try {
      return { xml: await this.source.fetch(id, metadataUrl ?? '') };
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return { fault: error.message };
    }
  }
}
