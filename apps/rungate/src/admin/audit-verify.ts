import { readFileSync } from 'node:fs';
import type { Environment } from '@rungate/config';
import { PostgresError, verifyAudit, type VerifiedTrail, type VerifiedTrails } from '@rungate/postgres';
import { StartError } from '../serve/start-error.js';
import { findAdminDatabase } from './database.js';
import { AdminError } from './errors.js';

interface Options {
  readonly organization?: string | undefined;
  /** Files of heads, or of logs that hold heads. */
  readonly heads: readonly string[];
  readonly json: boolean;
}

/** `rungate admin audit-verify`: what is wrong with the audit trails, if anything. @returns the exit status */
export async function auditVerify(env: Environment, { organization, heads, json }: Options): Promise<number> {
  const database = findAdminDatabase(env);
  const headLines = heads.flatMap(linesOf);
  const verified = await verifyAudit({ ...database, organization, headLines }).catch((error: unknown) => {
    throw error instanceof PostgresError ? error : StartError.whenConnecting(database.url, error);
  });
  const { trails } = verified;
  if (organization !== undefined && trails.length === 0) {
    throw new AdminError(
      'not_found',
      `There is no organization ${organization}. Leave --organization out to verify all.`,
    );
  }
  const isSound = trails.every(({ problem }) => problem === null);
  process.stdout.write(json ? `${JSON.stringify({ ...verified, isSound })}\n` : `${describe(verified).join('\n')}\n`);
  return isSound ? 0 : 1;
}

function linesOf(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AdminError(
      'not_found',
      `The heads cannot be read: ${why}. Name a file that RUNGATE_AUDIT_HEADS_FILE named.`,
    );
  }
}

function describe({ trails, heads, badHeads }: VerifiedTrails): readonly string[] {
  const broken = trails.filter(({ problem }) => problem !== null);
  const events = trails.reduce((sum, trail) => sum + trail.events, 0);
  const waiting = trails.reduce((sum, trail) => sum + trail.waiting, 0);
  return [
    ...broken.map((trail) => `BROKEN ${nameOf(trail)}: ${trail.problem?.detail ?? ''}`),
    ...(badHeads > 0 ? [`${badHeads} heads were not signed by a key of ours, and prove nothing.`] : []),
    ...(heads === 0 ? ['Without --heads, a trail whose end was cut off and an older database look sound.'] : []),
    `${trails.length} trails, ${events} events, ${waiting} waiting to be chained, ${heads} heads: ${broken.length === 0 ? 'sound' : `${broken.length} broken`}`,
  ];
}

function nameOf({ organization, isPlatform, trail }: VerifiedTrail): string {
  return isPlatform ? 'the platform' : (organization ?? `the purged organization ${trail}`);
}
