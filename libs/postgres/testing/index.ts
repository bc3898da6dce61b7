/** A real, migrated Postgres for tests: one cluster a file, a database a test where it matters. */
export { startTestPostgres, testBinDir, type TestPostgres, type TestDatabase } from './test-postgres.js';
export { ISOLATION_RULES, type IsolationRule } from './isolation-rules.js';
export {
  aDecision,
  aDeliveryUnderWay,
  anOrganization,
  putOrganization,
  twoOrganizations,
  type TestOrganization,
} from './world.js';
