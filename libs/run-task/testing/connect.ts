import type {
  Actor,
  ConnectAnswer,
  ConnectNote,
  ConnectRequest,
  ConnectStore,
  RunTask,
  TerraformConnector,
} from '../src/index.js';

/** Keys by their id, and what was noted. */
export class InMemoryConnectStore implements ConnectStore {
  readonly opened: { readonly keyId: string; readonly by: Actor }[] = [];
  readonly notes: ConnectNote[] = [];

  openKey(_runTask: RunTask, keyId: string, by: Actor): Promise<string | null> {
    this.opened.push({ keyId, by });
    return Promise.resolve(`the-secret-of-${keyId}`);
  }

  noteConnected(_runTask: RunTask, note: ConnectNote): Promise<void> {
    this.notes.push(note);
    return Promise.resolve();
  }
}

/** A Terraform that takes everything, unless told what to answer. */
export class FakeConnector implements TerraformConnector {
  readonly asked: ConnectRequest[] = [];
  answer: ConnectAnswer | null = null;

  async connect(request: ConnectRequest): Promise<ConnectAnswer> {
    this.asked.push(request);
    if (this.answer !== null) return this.answer;
    const sends = !request.dryRun && !request.key.isKnownThere;
    const fields = sends ? [{ field: 'hmacKey', before: null, after: (await request.key.open()).length }] : [];
    const { name } = request.task;
    return {
      kind: 'connected',
      changes: [{ target: 'run-task', name, id: 'task-1', change: 'created', fields, problem: null }],
    };
  }
}
