import type { Stage } from '../model/request.js';

/** In which workspaces of the Terraform organization a run task is to be called. */
export type SetupScope =
  | { readonly kind: 'global' }
  /** Workspaces that carry all of these tags. */
  | { readonly kind: 'tags'; readonly tags: readonly string[] }
  | { readonly kind: 'workspaces'; readonly names: readonly string[] };

/** What a person chose for the run task in Terraform. */
export interface SetupChoice {
  /** Organization in HCP Terraform or TFE. */
  readonly terraformOrganization: string;
  readonly scope: SetupScope;
  readonly stages: readonly Stage[];
  readonly enforcement: 'advisory' | 'mandatory';
  /** `state`: for Terraform before 1.11, where the key ends up in the state. */
  readonly keyHandling: 'write-only' | 'state';
  /** For a private run task: the agent pool that forwards requests; null when HCP Terraform reaches us itself. */
  readonly agentPoolId: string | null;
}

/** All that the texts of the setup kit are made from; no key is among it. */
export interface SetupFacts extends SetupChoice {
  /** Slug and name here; the name is the run task's in Terraform, too. */
  readonly organization: string;
  readonly runTask: string;
  readonly hookUrl: string;
  readonly terraformOrigin: string;
  /** Of the newest active key; null when there is none. */
  readonly keyFingerprint: string | null;
  /** How many keys the run task has had: the number goes up with each rotation, which tells Terraform that the key is new. */
  readonly keyNumber: number;
}

/** Whether an origin is HCP Terraform rather than somebody's Terraform Enterprise. */
export function isHcpTerraform(terraformOrigin: string): boolean {
  return /^https:\/\/([a-z0-9-]+\.)+terraform\.io$/.test(terraformOrigin);
}

/** Host of an origin, with its port when it names one. */
export function hostOf(terraformOrigin: string): string {
  return terraformOrigin.replace(/^https?:\/\//, '');
}

/** What stands as the run task's description in Terraform: how to tell which key it was given. */
export function descriptionOf({
  organization,
  runTask,
  keyFingerprint,
}: Pick<SetupFacts, 'organization' | 'runTask' | 'keyFingerprint'>): string {
  const key = keyFingerprint === null ? '' : ` (HMAC key ${keyFingerprint})`;
  // HCP Terraform takes 300 characters.
  return `${`Rungate ${organization}/${runTask}`.slice(0, 300 - key.length)}${key}`;
}
