import { Inject, Injectable } from '@nestjs/common';
import { isPublicIssuer } from '@rungate/access';
import {
  ENVIRONMENT_CONNECTION,
  LIMITS,
  type Actor,
  type DesiredSettings,
  type Expected,
  type ManagedConnection,
} from '@rungate/run-task';
import { ApiError, invalid, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { stale } from '../edge/revision.js';
import { MetadataSource, type WantedMetadata } from './metadata-source.js';
import { fixedViolations, settingsViolations, withReadCertificates } from './settings-violations.js';

/** One connection; `organizationId` null: of the platform. */
export interface Named {
  readonly organizationId: string | null;
  readonly id: string;
  /** Whoever asks may touch a draft alone. */
  readonly isDraft?: true;
}

/** Whoever changes a connection, and what he thinks that is stored. */
export interface Changing {
  readonly by: Actor;
  readonly expected: Expected;
}

/** Makes, changes and switches connections. */
@Injectable()
export class SsoConnections {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(MetadataSource) private readonly metadata: MetadataSource,
  ) {}

  /** @throws ApiError `not_found` */
  async named({ organizationId, id }: Named): Promise<ManagedConnection> {
    const found = await this.options.managedConnections.find(organizationId, id);
    if (found === null) throw notFound('connection');
    return found;
  }

  /** @throws ApiError `invalid`, `too_many` */
  async create(organizationId: string | null, wanted: DesiredSettings, by: Actor): Promise<ManagedConnection> {
    const desired = withReadCertificates(wanted);
    this.#refuse(settingsViolations(desired, this.#around));
    const created = await this.options.managedConnections.create(organizationId, desired, by);
    if (created !== 'over_limit') return created;
    const detail = `There are ${LIMITS.connections} connections, as many as there may be. Disable those that nobody needs.`;
    throw new ApiError('too_many', detail);
  }

  /** @throws ApiError `not_found`, `invalid`, `conflict`, `stale` */
  async change(which: Named, wanted: DesiredSettings, changing: Changing): Promise<ManagedConnection> {
    const stored = await this.#managed(which);
    // What the metadata said is there as long as the protocol is.
    const metadataUrl = wanted.settings.type === 'saml' ? stored.metadataUrl : null;
    return this.#save(which, stored, { ...wanted, settings: { ...wanted.settings, metadataUrl } }, changing);
  }

  /** @throws ApiError as `change`, and when the metadata cannot be read. */
  async readMetadata(which: Named, wanted: WantedMetadata, changing: Changing): Promise<ManagedConnection> {
    const stored = await this.#managed(which);
    if (stored.type !== 'saml')
      throw new ApiError('conflict', 'The connection is one of OIDC, which needs no metadata.');
    const { issuer, signInUrl, certificates } = await this.metadata.read(stored.id, wanted);
    const settings = { ...stored, issuer, signInUrl, certificates, metadataUrl: wanted.url ?? stored.metadataUrl };
    return this.#save(which, stored, { settings, clientSecret: undefined }, changing);
  }

  /**
   * `revision`: what its activator looked at, since whoever holds a link may change a draft meanwhile.
   * @throws ApiError `not_found`, `conflict`, `stale`
   */
  async activate(which: Named, revision: number, by: Actor): Promise<ManagedConnection> {
    const stored = await this.#managed(which);
    if (stored.status === 'active') return stored;
    if (stored.revision !== revision) throw stale('connection');
    if (stored.testedAt === null)
      throw new ApiError('conflict', 'Its settings never passed a test as they are: test it first.');
    if (stored.requiredClaims.length === 0 && (await this.#isShared(stored)))
      throw new ApiError(
        'conflict',
        'The provider serves others as well: add a required claim that only your people have.',
        [{ pointer: '/requiredClaims', detail: 'Must bind people to you, such as hd, tid or a group.' }],
      );
    const { organizationId, id } = which;
    const activated = await this.options.managedConnections.activate(organizationId, id, revision, by);
    if (activated === 'stale') throw stale('connection');
    return activated;
  }

  /** `ownId`: the connection of the session that asks. @throws ApiError `not_found`, `conflict` */
  async disable(which: Named, by: Actor, ownId: string | null): Promise<ManagedConnection> {
    const stored = await this.#managed(which);
    if (stored.id === ownId)
      throw new ApiError('conflict', 'You are signed in through it: sign in through another one first.');
    const disabled = await this.options.managedConnections.disable(which.organizationId, which.id, by);
    if (disabled === 'not_found') throw notFound('connection');
    return disabled;
  }

  async #save(
    { organizationId, id }: Named,
    stored: ManagedConnection,
    wanted: DesiredSettings,
    { by, expected }: Changing,
  ): Promise<ManagedConnection> {
    const desired = withReadCertificates(wanted);
    this.#refuse(settingsViolations(desired, this.#around));
    const fixed = fixedViolations(stored, desired.settings);
    if (fixed.length > 0) throw new ApiError('conflict', 'The connection is active.', fixed);
    const answer = await this.options.managedConnections.change(organizationId, id, desired, {
      by,
      // What was looked at here is what is changed.
      expected: { revision: stored.revision, ...expected },
    });
    if (answer === 'not_found') throw notFound('connection');
    if (answer === 'stale') throw stale('connection');
    return answer;
  }

  /** What egress may call, a connection may name. */
  get #around(): { readonly development: boolean; readonly grantableRanges: readonly string[] } {
    const { egress, grantableRanges } = this.options;
    return { development: egress.development, grantableRanges };
  }

  /** Those of the development provider, and that of the environment, are brought to what they are at each start. */
  async #managed(which: Named): Promise<ManagedConnection> {
    const found = await this.named(which);
    if (found.development) throw new ApiError('conflict', 'It is of the development sign-in, which nobody changes.');
    if (found.id === ENVIRONMENT_CONNECTION)
      throw new ApiError(
        'conflict',
        'It is set by the environment: change RUNGATE_SSO_OIDC_… where the platform is started, and start it again.',
      );
    if (which.isDraft === true && found.status !== 'draft') throw notFound('connection');
    return found;
  }

  async #isShared({ id, issuer }: ManagedConnection): Promise<boolean> {
    const found = await this.options.signIns.findConnection(id);
    return found?.isIssuerShared === true || (issuer !== null && isPublicIssuer(issuer));
  }

  #refuse(violations: Parameters<typeof invalid>[0]): void {
    if (violations.length > 0) throw invalid(violations);
  }
}
