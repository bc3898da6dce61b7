import { Inject, Injectable } from '@nestjs/common';
import { isWithin, type MemberRole } from '@rungate/access';
import type { Member } from '@rungate/run-task';
import type { FastifyRequest } from 'fastify';
import { requesterOf } from '../edge/requester.js';
import { ApiError, notFound } from '../errors.js';
import { API_OPTIONS, type ApiOptions } from '../options.js';

/** What becomes of a person; `organizationId` null: of the platform. */
export interface WantedMember {
  readonly organizationId: string | null;
  readonly id: string;
  readonly role: MemberRole;
  readonly state: Member['state'];
}

/** Changes what people may do: nobody gives, or takes, more than he has. */
@Injectable()
export class Members {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  /** @throws ApiError `forbidden`, `not_found`, `conflict`. */
  async change(request: FastifyRequest, { organizationId, id, role, state }: WantedMember): Promise<Member> {
    const { principal, actor } = requesterOf(request);
    if (!isWithin(role, principal.role)) {
      throw new ApiError('forbidden', `The role ${role} may do more than who gives it.`, [
        { pointer: '/role', detail: 'May do what you may not.' },
      ]);
    }
    const answer = await this.options.members.change(organizationId, id, { role, state }, actor);
    if (answer === 'not_found') throw notFound('member');
    if (answer === 'last_one') {
      throw new ApiError('conflict', 'Nobody else could let others in. Give somebody else the role first.');
    }
    return answer;
  }

  /** Null for `id`: everybody of the plane. @throws ApiError `not_found` */
  async signOut(request: FastifyRequest, organizationId: string | null, id: string | null): Promise<{ ended: number }> {
    const { members, sessions } = this.options;
    if (id !== null && (await members.find(organizationId, id)) === null) throw notFound('member');
    return { ended: await sessions.revokeAll(organizationId, id, requesterOf(request).actor) };
  }
}
