import { isDeepStrictEqual } from 'node:util';
import { Controller, Header, Inject, Req, StreamableFile } from '@nestjs/common';
import { routes } from '@rungate/contract';
import type { FastifyRequest } from 'fastify';
import { AtOnce } from '../edge/at-once.js';
import { Authentication } from '../edge/authentication.js';
import { Endpoint } from '../edge/endpoint.js';
import { readInput } from '../edge/read-input.js';
import { requesterKey, requesterOf } from '../edge/requester.js';
import { Organizations } from '../organization/organizations.js';
import { EventHub } from './event-hub.js';
import { EventStream, knownUpTo } from './event-stream.js';

const EVENT_STREAM = 'text/event-stream';
/** A proxy must neither gather events nor pack them. */
const UNTOUCHED = 'no-store, no-transform';

/** `/events` and `/organizations/{org}/events`. */
@Controller()
export class EventController {
  private readonly ofOne = new AtOnce('streams of yours', { each: 20, all: 1_000 });
  private readonly ofOrganization = new AtOnce('streams', { each: 100, all: 1_000 });

  constructor(
    @Inject(EventHub) private readonly hub: EventHub,
    @Inject(Authentication) private readonly authentication: Authentication,
    @Inject(Organizations) private readonly organizations: Organizations,
  ) {}

  // Above the route's own, which it takes the place of.
  @Header('Cache-Control', UNTOUCHED)
  @Endpoint(routes.streamEvents)
  @Header('X-Accel-Buffering', 'no')
  // A connection that outlived its stream would hold up the end of the process.
  @Header('Connection', 'close')
  all(@Req() request: FastifyRequest): Promise<StreamableFile> {
    readInput(routes.streamEvents, request);
    return this.stream(request, null);
  }

  // Above the route's own, which it takes the place of.
  @Header('Cache-Control', UNTOUCHED)
  @Endpoint(routes.streamOrganizationEvents)
  @Header('X-Accel-Buffering', 'no')
  // A connection that outlived its stream would hold up the end of the process.
  @Header('Connection', 'close')
  async ofOrganizationNamed(@Req() request: FastifyRequest): Promise<StreamableFile> {
    const { params } = readInput(routes.streamOrganizationEvents, request);
    const { id } = await this.organizations.named(request, params.org);
    return this.stream(request, id);
  }

  private async stream(request: FastifyRequest, organizationId: string | null): Promise<StreamableFile> {
    const key = requesterKey(request);
    const body = await this.ofOrganization.hold(organizationId ?? 'platform', () =>
      this.ofOne.hold(key, () => this.open(request, organizationId)),
    );
    return new StreamableFile(body, { type: EVENT_STREAM });
  }

  private async open(request: FastifyRequest, organizationId: string | null): Promise<EventStream['body']> {
    const { principal } = requesterOf(request);
    // An open page is no activity: without requests of its person a session ends.
    const isStillAllowed = async (): Promise<boolean> =>
      isDeepStrictEqual((await this.authentication.identify(request, false))?.principal, principal);
    const stream = new EventStream({ principal, organizationId, isStillAllowed });
    const lastEventId = request.headers['last-event-id'];
    const since = knownUpTo(lastEventId);
    // One that says nothing is as one from long ago.
    await this.hub.watch(stream, lastEventId === undefined ? null : (since ?? new Date(0)), stream.over);
    return stream.body;
  }
}
