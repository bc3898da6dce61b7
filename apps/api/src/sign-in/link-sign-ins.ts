import { Inject, Injectable } from '@nestjs/common';
import type { UsedLink } from '@rungate/run-task';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { Arrivals, type Proof } from './arrivals.js';

/** Of the connection that one-time links are: made with the database, see the migration of sign-in. */
const LINK_CONNECTION = '00000000-0000-7000-8000-000000000001';

/** Long enough to set a provider up: such a session needs no fresh proof, which only a provider could give. */
const SESSION_MINUTES = 60;

const NAMES: Readonly<Record<UsedLink['purpose'], string>> = {
  'first-owner': 'First owner (set-up link)',
  'break-glass': 'Break-glass link',
};

/** Signs people in by links that `rungate admin` made on the server. */
@Injectable()
export class LinkSignIns {
  constructor(
    @Inject(API_OPTIONS) private readonly options: ApiOptions,
    @Inject(Arrivals) private readonly arrivals: Arrivals,
  ) {}

  /** False when there is no such link, or it was used. */
  async signIn(hash: Uint8Array, request: FastifyRequest, reply: FastifyReply): Promise<boolean> {
    const connection = await this.options.signIns.findConnection(LINK_CONNECTION);
    const link = connection === null ? null : await this.options.signIns.takeLink(hash);
    if (connection === null || link === null) return false;
    const { id, purpose, role, reason } = link;
    // Each link is somebody of its own: what was done with it can be told from all else.
    const member = await this.options.members.arrive<never>(
      {
        organizationId: null,
        connectionId: connection.id,
        subject: `${purpose} ${id}`,
        name: NAMES[purpose],
        email: null,
        address: request.ip,
      },
      () => ({ admitted: true, role, roleFrom: 'person' }),
    );
    if ('refused' in member) return false;
    this.options.log.warn('signed_in_by_link', { purpose, reason, address: request.ip });
    await this.arrivals.openSession({
      connection: { ...connection, absoluteMinutes: SESSION_MINUTES },
      member,
      proof: proofOf(link, this.options.clock.now()),
      request,
      reply,
      reason,
    });
    return true;
  }
}

function proofOf({ id }: UsedLink, now: Date): Proof {
  return { subject: id, claims: {}, provedAt: now, providerSession: null, idToken: null };
}
