import { Inject, Injectable } from '@nestjs/common';
import type { LoginAttempt, SignInConnection } from '@rungate/run-task';
import { z } from 'zod';
import { API_OPTIONS, type ApiOptions } from '../options.js';
import { failedTest, testReport } from './test-report.js';
import type { Proof } from './arrivals.js';

/** A sign-in that tries a connection: it signs nobody in. */
export interface Trial {
  /** Who tries. */
  readonly by: string;
}

/** What is remembered of a trial until the browser is back. */
export function trialState(trial: Trial): Readonly<Record<string, unknown>> {
  return { trial };
}

/** The trial that an attempt is; null: somebody signs in. */
export function testIn({ state }: Pick<LoginAttempt, 'state'>): Trial | null {
  const parsed = TRIAL.safeParse(state);
  return parsed.success ? parsed.data.trial : null;
}

/** Keeps what came of trials where those who manage the connection read it. */
@Injectable()
export class ConnectionTests {
  constructor(@Inject(API_OPTIONS) private readonly options: ApiOptions) {}

  async note(
    connection: SignInConnection,
    { by }: Trial,
    outcome: { readonly proof: Pick<Proof, 'subject' | 'claims'> } | { readonly fault: string },
  ): Promise<void> {
    const at = this.options.clock.now();
    const { publicUrl } = this.options;
    const test =
      'fault' in outcome
        ? failedTest({ at, by, connection, publicUrl }, outcome.fault)
        : testReport({ at, by, connection, publicUrl }, outcome.proof);
    const { id, revision, organization } = connection;
    await this.options.managedConnections.noteTest(organization?.id ?? null, { id, revision, test });
    this.options.log.info('connection_tested', { connection: id, passed: test.passed });
  }
}

const TRIAL = z.object({ trial: z.object({ by: z.string() }) });
