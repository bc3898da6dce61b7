/** What one organization may have, so that none crowds out the others; more is refused, and harms nobody else. */
export const LIMITS = {
  runTasks: 100,
  /** Of one run task that count at the same time. */
  hmacKeys: 5,
  /** Terraform and download origins beyond those that are open to all. */
  origins: 200,
  /** Valid ones; as many for the platform itself. */
  apiTokens: 100,
  /** For sign-in, without those that are disabled; as many for the platform itself. */
  connections: 20,
  /** E-mail domains, proved or not. */
  domains: 50,
  /** Of one person. */
  savedViews: 50,
} as const;
