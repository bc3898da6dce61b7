import { selfSigned } from '@rungate/egress/testing';
import { FixedClock } from '@rungate/run-task/testing';
import { createMetrics } from '@rungate/telemetry';
import { watchCertificates } from './certificate-metrics.js';

const NAME = 'rungate_sso_certificate_expires_seconds';
/** Of certificates that tests make, seconds. */
const HOUR = 3_600;

async function told(inUse: readonly (readonly string[])[]): Promise<number | null> {
  const metrics = createMetrics({ ofProcess: false });
  const clock = new FixedClock(new Date());
  watchCertificates({ metrics, connections: { certificatesInUse: () => Promise.resolve(inUse) }, clock });
  const [, value] = new RegExp(`^${NAME} (\\S+)$`, 'm').exec(await metrics.text()) ?? [];
  return value === undefined ? null : Math.round(Number(value) / HOUR);
}

describe(NAME, () => {
  const good = selfSigned(['idp.example'], { rsa: true }).cert;
  const over = selfSigned(['idp.example'], { rsa: true, expired: true }).cert;

  it('is that of the connection whose last certificate ends first', async () => {
    expect(await told([[good], [over]])).toBe(-1);
    expect(await told([[over, good], [good]])).toBe(1);
  });

  it('is absent where nobody signs in by SAML', async () => {
    expect(await told([])).toBeNull();
  });
});
