/**
 * Postgres behind the ports of the domain: the only code that speaks SQL.
 *
 * **login**: a role of the cluster that serves one kind of work. **gate**: where the organization of a transaction is
 * set. **master key**: the platform's secret, from which logins' passwords and wrapping keys are derived. **data key**:
 * one organization's key for one purpose, wrapped. **grant**: what gives access to the caller, sealed to its organization.
 */
export { PostgresError, type PostgresErrorCode } from './errors.js';
export { MasterKeys, newMasterKey, parseMasterKeys, type Purpose } from './master-keys.js';
export { Secret } from './secret.js';
export { LOGINS, loginPasswords, type LoginName } from './logins.js';
export { addressFor } from './address.js';
export { grantQueueSchema, migrate, pendingMigrations, type MigrateOptions, type PendingOptions } from './migrate.js';
export { queueAddress, type LoginPoolSource, type OwnLogin, type ServingLogin } from './open-login-pool.js';
export { rotateKeys, type Rotation, type RotationOptions } from './rotation/rotate-keys.js';
export { verifyAudit, type VerifyAuditOptions } from './audit/verify-audit.js';
export type { VerifiedTrail, VerifiedTrails } from './audit/trail-reader.js';
export type { TrailFault, TrailProblem } from './audit/verify-trail.js';
export { openPostgres, type OpenPostgresOptions, type Postgres } from './open-postgres.js';
