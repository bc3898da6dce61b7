import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { AcceptPorts, Log, Queue } from '@rungate/run-task';
import { hookRoute } from './hook.route.js';

const OPTIONS = Symbol('ingress options');

export interface IngressOptions {
  readonly ports: AcceptPorts;
  /** Tickets are issued after the answer; ingress does not need the queue to answer. */
  readonly queue: Queue;
  readonly log: Log;
}

/**
 * Puts the hook route into a Fastify scope of its own: there a body is bytes, so that nothing can parse it before its
 * signature was verified, whatever the rest of the process does with JSON.
 */
@Module({})
export class IngressModule implements OnModuleInit {
  static register(options: IngressOptions): DynamicModule {
    return { module: IngressModule, providers: [{ provide: OPTIONS, useValue: options }] };
  }

  constructor(
    @Inject(OPTIONS) private readonly options: IngressOptions,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}

  onModuleInit(): void {
    const fastify: FastifyInstance = this.host.httpAdapter.getInstance();
    // Not awaited: that would boot the server before Nest gave it the error handler of the other modules' routes.
    void fastify.register(hookRoute, this.options);
  }
}
