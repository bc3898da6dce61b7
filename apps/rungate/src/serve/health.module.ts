import { Controller, Get, Inject, Module, Res, type DynamicModule } from '@nestjs/common';
import type { IsolationLevel } from '@rungate/run-task';
import type { FastifyReply } from 'fastify';

const HEALTH = Symbol('health');

/** One thing that this process needs to do its roles' work. */
export interface ReadinessCheck {
  readonly name: string;
  /** Rejects, with a reason, when the thing is not there. */
  readonly check: () => Promise<void>;
  /** Whether the work goes on without it, only slower: then its absence is shown, and the process is ready. */
  readonly dispensable?: boolean;
}

/** What a process has to say of itself. */
export interface HealthOptions {
  readonly roles: readonly string[];
  readonly checks: readonly ReadinessCheck[];
  /** How much checks are held back by now, where this process has some run; null until that is known. */
  readonly isolation?: () => IsolationLevel | null;
  /** True from the moment that a stop was asked for. */
  isDraining(): boolean;
}

/** Public answer of `/readyz`: names and states, never reasons. */
interface Readiness {
  readonly status: 'OK' | 'ERROR' | 'DRAINING';
  readonly roles: readonly string[];
  readonly checks: readonly Judgement[];
  /** Only where checks run. */
  readonly isolation?: IsolationLevel | null;
}

interface Judgement {
  readonly name: string;
  readonly status: 'OK' | 'ERROR' | 'AWAY';
}

const CHECK_WITHIN_MS = 2_000;

/** `GET /healthz` (alive) and `GET /readyz` (able to do the work of its roles), in every process. */
@Controller()
class HealthController {
  constructor(@Inject(HEALTH) private readonly options: HealthOptions) {}

  @Get('healthz')
  alive(): { readonly status: 'OK' } {
    return { status: 'OK' };
  }

  @Get('readyz')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Readiness> {
    const checks = await Promise.all(this.options.checks.map(judge));
    const broken = checks.some((check) => check.status === 'ERROR');
    const draining = this.options.isDraining();
    if (broken || draining) reply.code(503);
    const { roles, isolation } = this.options;
    const status = draining ? 'DRAINING' : broken ? 'ERROR' : 'OK';
    return { status, roles, checks, ...(isolation === undefined ? {} : { isolation: isolation() }) };
  }
}

@Module({ controllers: [HealthController] })
export class HealthModule {
  static register(options: HealthOptions): DynamicModule {
    return { module: HealthModule, providers: [{ provide: HEALTH, useValue: options }] };
  }
}

async function judge({ name, check, dispensable = false }: ReadinessCheck): Promise<Judgement> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error('no answer in time'));
    }, CHECK_WITHIN_MS);
  });
  try {
    await Promise.race([check(), late]);
    return { name, status: 'OK' };
  } catch {
    return { name, status: dispensable ? 'AWAY' : 'ERROR' };
  } finally {
    clearTimeout(timer);
  }
}
