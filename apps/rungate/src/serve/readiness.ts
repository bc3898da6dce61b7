import type { IsolationLevel } from '@rungate/run-task';

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

/** What `/readyz` says. */
export interface Readiness {
  readonly status: 'OK' | 'ERROR' | 'DRAINING';
  readonly roles: readonly string[];
  readonly checks: readonly Judgement[];
  /** Only where checks run. */
  readonly isolation?: IsolationLevel | null;
}

/** How one check went; the reason is not for everybody. */
export interface Judgement {
  readonly name: string;
  readonly status: 'OK' | 'ERROR' | 'AWAY';
  readonly reason?: string;
}

const CHECK_WITHIN_MS = 2_000;

/** Asks every check, each for at most 2 s, and says what came of it, with reasons. */
export async function readinessOf(health: HealthOptions): Promise<Readiness> {
  const { roles, isolation } = health;
  const judgements = await Promise.all(health.checks.map(judge));
  const broken = judgements.some((check) => check.status === 'ERROR');
  const status = health.isDraining() ? 'DRAINING' : broken ? 'ERROR' : 'OK';
  return { status, roles, checks: judgements, ...(isolation === undefined ? {} : { isolation: isolation() }) };
}

/** The same for everybody: names and states, no reasons. */
export function withoutReasons(readiness: Readiness): Readiness {
  return { ...readiness, checks: readiness.checks.map(({ name, status }) => ({ name, status })) };
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
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { name, status: dispensable ? 'AWAY' : 'ERROR', reason };
  } finally {
    clearTimeout(timer);
  }
}
