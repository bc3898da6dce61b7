import { X509Certificate } from 'node:crypto';
import type { Clock, ManagedConnectionStore } from '@rungate/run-task';
import type { Metrics } from '@rungate/telemetry';

/** What the metric is made of. */
export interface CertificateMetricsOptions {
  readonly metrics: Metrics;
  readonly connections: Pick<ManagedConnectionStore, 'certificatesInUse'>;
  readonly clock: Clock;
}

/** Certificates change by the year; whoever scrapes asks every few seconds. */
const BELIEVED_MS = 5 * 60_000;

/** Lets a process tell how long the certificates of SAML providers count, in the whole installation. */
export function watchCertificates({ metrics, connections, clock }: CertificateMetricsOptions): void {
  let read: { readonly at: number; readonly end: number | null } | null = null;
  metrics.watch('rungate_sso_certificate_expires_seconds', async () => {
    const now = clock.now().getTime();
    if (read === null || now - read.at > BELIEVED_MS) {
      read = { at: now, end: firstEnd(await connections.certificatesInUse()) };
    }
    return read.end === null ? null : (read.end - now) / 1_000;
  });
}

/** When the first connection has no certificate left: with its successor beside it, one may end. */
function firstEnd(inUse: readonly (readonly string[])[]): number | null {
  const ends = inUse
    .filter((certificates) => certificates.length > 0)
    .map((certificates) => Math.max(...certificates.map((pem) => Date.parse(new X509Certificate(pem).validTo))));
  return ends.length === 0 ? null : Math.min(...ends);
}
