/** Everything that can be permitted; what an organization's people may do counts for their organization alone. */
export const PERMISSIONS = [
  'organizations.read',
  'organizations.write',
  /** To make organizations, which no organization's people can. */
  'organizations.create',
  /** To set what the platform grants: weight, limits, tags, retention beyond the usual. */
  'organizations.limits',
  'organizations.suspend',
  /** To hold back what an organization sends, and to take it up again. */
  'organizations.pause',
  /** To see an organization's pages as its viewers do, for a while. */
  'organizations.view',
  /** To say whether others may: the organization's own decision. */
  'organizations.allow-views',
  'run-tasks.read',
  'run-tasks.write',
  /** To make run tasks, and to set what is more than their checks: Terraform, time-out, keys. */
  'run-tasks.manage',
  'run-tasks.test',
  /** To make the run task in a Terraform with a token of it. */
  'run-tasks.connect',
  'hmac-keys.write',
  'setup.read',
  'origins.read',
  /** To let an organization's run tasks reach an origin. */
  'origins.write',
  'checks.read',
  /** To weaken a mandatory check. */
  'checks.enforce',
  /** To place checks that an organization cannot weaken. */
  'checks.lock',
  'task-results.read',
  /** To take many away at once. */
  'task-results.export',
  /** What is in flight in all organizations, and what changes, as it does. */
  'live.read',
  /** How the installation is doing. */
  'system.read',
  /** Of what is done to many task results at once. */
  'operations.read',
  'operations.write',
  'quarantines.read',
  /** To let a check of an organization run again. */
  'quarantines.lift',
  /** Of plugins, for everybody. */
  'platform-quarantines.read',
  'platform-quarantines.lift',
  /** What other servers answered to callbacks, redacted. */
  'task-results.answers',
  /** To send a verdict again that its Terraform still waits for. */
  'task-results.resend',
  /** To let the checks of today judge what was kept of a run. */
  'task-results.reevaluate',
  /** To tell a Terraform that checks go on, or to have a verdict before they have ended. */
  'task-results.intervene',
  'tokens.read',
  'tokens.write',
  'platform-tokens.read',
  'platform-tokens.write',
  'members.read',
  /** To change roles, to block and to sign people out. */
  'members.write',
  'platform-members.read',
  'platform-members.write',
  /** To see how an organization's people sign in. */
  'sso.read',
  /** To change how they do, and who is let in as what. */
  'sso.write',
  /** To say whose an e-mail domain is, where no DNS can be asked. */
  'domains.assert',
  /** To let a customer's own people set up a draft of it. */
  'portal-links.write',
  'platform-sso.read',
  'platform-sso.write',
  'audit.read',
  'platform-audit.read',
  /** Plans and configurations in clear. */
  'payload.read',
] as const;
/** One thing that a principal may do. */
export type Permission = (typeof PERMISSIONS)[number];
