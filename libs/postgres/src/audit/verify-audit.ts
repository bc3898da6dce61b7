import { Keyring } from '../keyring.js';
import { checkLogin } from '../login-check.js';
import { openLoginPool, type LoginPoolSource } from '../open-login-pool.js';
import { parseHead, type Head } from './head.js';
import { verifyTrails, type VerifiedTrails } from './trail-reader.js';

/** Where the trails are, and what they are held against. */
export interface VerifyAuditOptions extends Pick<LoginPoolSource, 'url' | 'masterKeys'> {
  /** Slug; every trail when absent. */
  readonly organization?: string | undefined;
  /** Lines of files of heads or of logs; lines about something else are passed over. */
  readonly headLines?: Iterable<string> | undefined;
}

/**
 * Verifies audit trails against the listed master keys, reading only.
 * @throws PostgresError `login_refused` or `unsafe_login`.
 */
export async function verifyAudit({
  url,
  masterKeys,
  organization,
  headLines = [],
}: VerifyAuditOptions): Promise<VerifiedTrails> {
  const heads: Head[] = [];
  for (const line of headLines) {
    const head = parseHead(line);
    if (head !== null) heads.push(head);
  }
  const pool = openLoginPool('rungate_platform', { url, masterKeys, pools: { rungate_platform: 1 } });
  try {
    await checkLogin(pool);
    return await verifyTrails(pool, new Keyring(masterKeys, ['audit']).auditKeys(), { organization, heads });
  } finally {
    await pool.end();
  }
}
