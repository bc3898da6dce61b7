import type { OriginRecord } from '../model/origin.js';
import type { Stage } from '../model/request.js';

/** Where a connected run task is called: everywhere, or in workspaces by name. */
export type ConnectScope =
  { readonly kind: 'global' } | { readonly kind: 'workspaces'; readonly names: readonly string[] };

/** A run task to be made, or brought to its desired state, in one organization of one Terraform. */
export interface ConnectRequest {
  readonly organizationId: string;
  readonly terraformOrigin: string;
  /** What is recorded of that origin at this moment. */
  readonly originRecords: readonly OriginRecord[];
  readonly terraformOrganization: string;
  /** Of a team or a person there; used for this and then forgotten. */
  readonly token: string;
  readonly task: {
    readonly name: string;
    readonly url: string;
    readonly description: string;
  };
  readonly key: ConnectKey;
  readonly scope: ConnectScope;
  readonly stages: readonly Stage[];
  readonly enforcement: 'advisory' | 'mandatory';
  /** Whether a run task of this name that calls another address may be taken over. */
  readonly adopt: boolean;
  /** Reads, and writes nothing. */
  readonly dryRun: boolean;
}

/** The key that Terraform is to sign with: it can be written there, and never be read back. */
export interface ConnectKey {
  readonly fingerprint: string;
  /** Whether a request signed with it has arrived: then Terraform has it. */
  readonly isKnownThere: boolean;
  /** Opens it; called only when it has to be sent. */
  open(): Promise<string>;
}

/** One value that was, or would be, changed. */
export interface ConnectField {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What became of one thing in Terraform. */
export interface ConnectChange {
  /** The run task itself, or its place in one workspace. */
  readonly target: 'run-task' | 'workspace';
  readonly name: string;
  /** Id in Terraform; null when it would only be created. */
  readonly id: string | null;
  readonly change: 'created' | 'changed' | 'unchanged' | 'failed';
  readonly fields: readonly ConnectField[];
  /** Why it failed, and what to do; null unless it did. */
  readonly problem: string | null;
}

/** Why a Terraform could not be used. */
export type ConnectRefusal =
  /** It refused the token, what it may do, or what was asked: a person has to change something. */
  | 'refused'
  /** It did not answer, or not as a Terraform does. */
  | 'unreachable'
  /** It answers too many requests of this token at the moment. */
  | 'throttled';

/** What became of a request to connect. */
export type ConnectAnswer =
  | { readonly kind: 'connected'; readonly changes: readonly ConnectChange[] }
  /** Nothing of the run task was changed. `reason` is for a person, with what to do. */
  | { readonly kind: 'failed'; readonly why: ConnectRefusal; readonly reason: string };

/** Sets run tasks up in a Terraform. Never throws for what the Terraform does. */
export interface TerraformConnector {
  connect(request: ConnectRequest, signal: AbortSignal): Promise<ConnectAnswer>;
}
