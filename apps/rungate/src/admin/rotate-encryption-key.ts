import type { Environment } from '@rungate/config';
import { PostgresError, rotateKeys, type Rotation } from '@rungate/postgres';
import { StartError } from '../serve/start-error.js';
import { findAdminDatabase } from './database.js';

interface Options {
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `rungate admin rotate-encryption-key`: the result on stdout, progress on stderr. @returns the exit status */
export async function rotateEncryptionKey(env: Environment, { dryRun, json }: Options): Promise<number> {
  const database = findAdminDatabase(env);
  const rotation = await rotateKeys({ ...database, dryRun, onProgress: showProgress }).catch((error: unknown) => {
    throw error instanceof PostgresError ? error : StartError.whenConnecting(database.url, error);
  });
  const left = whatIsLeft(rotation, dryRun);
  const isDone = left.length === 0;
  process.stdout.write(
    json ? `${JSON.stringify({ dryRun, ...rotation, isDone })}\n` : `${describe(rotation, dryRun, left)}\n`,
  );
  return isDone ? 0 : 1;
}

function showProgress({ pass, organizations, of }: { pass: number; organizations: number; of: number }): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(`\rpass ${pass}: ${organizations} of ${of} organizations${organizations === of ? '\n' : ''}`);
}

function describe(rotation: Rotation, dryRun: boolean, left: readonly string[]): string {
  const { auditKeys, clientSecrets, dataKeys, fingerprints, newestKey, noLongerNeeded } = rotation;
  const would = dryRun ? 'would be ' : '';
  return [
    `Newest key: ${newestKey}`,
    `Data keys: ${dataKeys.changed} ${would}wrapped anew · ${dataKeys.unchanged} unchanged`,
    `Fingerprints: ${fingerprints.changed} ${would}renewed · ${fingerprints.unchanged} unchanged`,
    `Client secrets: ${clientSecrets.changed} ${would}sealed anew · ${clientSecrets.unchanged} unchanged`,
    ...left,
    ...(noLongerNeeded.length === 0
      ? []
      : [`No longer needed: ${noLongerNeeded.join(', ')}. Take these keys off RUNGATE_ENCRYPTION_KEY everywhere.`]),
    ...(auditKeys.length === 0
      ? []
      : [`Signed the audit trails until now: ${auditKeys.join(', ')}. Keep a copy for rungate admin audit-verify.`]),
  ].join('\n');
}

/** What keeps older keys needed, and what to do about it. */
function whatIsLeft(rotation: Rotation, dryRun: boolean): readonly string[] {
  const { lagging, sharedKeys, unknownKeys, newestKey } = rotation;
  return [
    ...unknownKeys.map((key) => `Key ${key} seals something and is not listed: add it at the end, and run this again.`),
    ...sharedKeys.map(
      ({ organization, runTask, fingerprint }) =>
        `HMAC key ${fingerprint} of ${organization}/${runTask} belongs to another run task, too: rotate or revoke it, and run this again.`,
    ),
    ...(lagging > 0 && !dryRun
      ? [
          `${lagging} connections belong to processes that do not put ${newestKey} first: restart them so, and run this again.`,
        ]
      : []),
  ];
}
