import { auditRoutes } from './routes/audit-routes.js';
import { callbackRoutes } from './routes/callback-routes.js';
import { catalogueRoutes } from './routes/catalogue-routes.js';
import { domainRoutes } from './routes/domain-routes.js';
import { hmacKeyRoutes } from './routes/hmac-key-routes.js';
import { liveRoutes } from './routes/live-routes.js';
import { operationRoutes } from './routes/operation-routes.js';
import { memberRoutes } from './routes/member-routes.js';
import { organizationRoutes } from './routes/organization-routes.js';
import { originRoutes } from './routes/origin-routes.js';
import { quarantineRoutes } from './routes/quarantine-routes.js';
import type { Route } from './routes/route.js';
import { runTaskRoutes } from './routes/run-task-routes.js';
import { ssoRoutes } from './routes/sso-routes.js';
import { taskResultRoutes } from './routes/task-result-routes.js';
import { tokenRoutes } from './routes/token-routes.js';
import { viewRoutes } from './routes/view-routes.js';
import { savedViewRoutes } from './routes/saved-view-routes.js';

/** Every route of the management API. */
export const routes = {
  ...organizationRoutes,
  ...runTaskRoutes,
  ...hmacKeyRoutes,
  ...originRoutes,
  ...quarantineRoutes,
  ...taskResultRoutes,
  ...callbackRoutes,
  ...liveRoutes,
  ...operationRoutes,
  ...tokenRoutes,
  ...memberRoutes,
  ...viewRoutes,
  ...savedViewRoutes,
  ...ssoRoutes,
  ...domainRoutes,
  ...auditRoutes,
  ...catalogueRoutes,
} satisfies Record<string, Route>;
