import { Controller, Get, Inject, Module, Res, type DynamicModule } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { readinessOf, withoutReasons, type HealthOptions, type Readiness } from './readiness.js';

const HEALTH = Symbol('health');

/** `GET /healthz` (alive) and `GET /readyz` (able to do the work of its roles), in every process. */
@Controller()
class HealthController {
  constructor(@Inject(HEALTH) private readonly options: HealthOptions) {}

  @Get('healthz')
  alive(): { readonly status: 'OK' } {
    return { status: 'OK' };
  }

  /** Names and states, never reasons: those are on the metrics listener. */
  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const readiness = await readinessOf(this.options);
    if (readiness.status !== 'OK') reply.code(503);
    return withoutReasons(readiness);
  }
}

@Module({ controllers: [HealthController] })
export class HealthModule {
  static register(options: HealthOptions): DynamicModule {
    return { module: HealthModule, providers: [{ provide: HEALTH, useValue: options }] };
  }
}
