import { Inject, Module, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import { hookRoute } from './hook.route.js';
import type { IngressOptions } from './options.js';

const OPTIONS = Symbol('ingress options');

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
