import type { Actor, ConnectNote, ConnectStore, RunTask } from '@rungate/run-task';
import { noteAudit } from './audit-events.js';
import { hmacDataKey } from './hmac-key-rows.js';
import type { RunTaskStorePorts } from './run-task-store.js';
import { openHmacSecret } from './sealing.js';

/** Keys that go to a run task's Terraform, and the trace of what was done there. */
export class PostgresConnectStore implements ConnectStore {
  constructor(private readonly ports: Pick<RunTaskStorePorts, 'gate' | 'keyring' | 'ids'>) {}

  openKey({ id: runTaskId, organizationId, name }: RunTask, keyId: string, by: Actor): Promise<string | null> {
    const { gate, ids, keyring } = this.ports;
    return gate.withOrganization(organizationId, async (tx) => {
      const row = await tx.hmacKey.findFirst({ where: { id: keyId, organizationId, runTaskId, state: 'active' } });
      if (row === null) return null;
      await noteAudit(tx, ids, {
        organizationId,
        by,
        action: 'hmac-key.handed-over',
        subject: { kind: 'run-task', name },
        before: null,
        after: { fingerprint: row.fingerprint, to: 'terraform' },
      });
      const dataKey = await hmacDataKey(tx, organizationId);
      const sealedRow = { organizationId, runTaskId, hmacKeyId: keyId };
      return openHmacSecret(keyring, dataKey, sealedRow, Buffer.from(row.sealedSecret));
    });
  }

  async noteConnected({ organizationId, name }: RunTask, note: ConnectNote, by: Actor): Promise<void> {
    const { gate, ids } = this.ports;
    await gate.withOrganization(organizationId, (tx) =>
      noteAudit(tx, ids, {
        organizationId,
        by,
        action: 'run-task.connected',
        subject: { kind: 'run-task', name },
        before: null,
        after: note,
      }),
    );
  }
}
