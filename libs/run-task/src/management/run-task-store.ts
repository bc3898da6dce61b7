import type { Check } from '../model/check.js';
import type { DeadlineProfile } from '../model/deadline.js';
import type { SignatureCause } from '../model/diagnosis.js';
import type { OriginState } from '../model/origin.js';
import type { Verdict } from '../model/verdict.js';
import type { Actor, Change, Expected, PutAnswer } from './actor.js';

/** What a PUT of a run task sets, without its keys. */
export interface RunTaskSettings {
  readonly terraformOrigin: string;
  readonly downloadOrigins: readonly string[];
  readonly deadlineProfile: DeadlineProfile;
  readonly onTimeout: Verdict;
  readonly checks: readonly Check[];
}

/** A stored run task with its current version. */
export interface RunTask extends RunTaskSettings {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  readonly hookId: string;
  readonly versionId: string;
  /** The Terraform organization that alone may use it; null until its first request. */
  readonly terraformOrganization: string | null;
  /** Number of its version: raised by every change of its settings. */
  readonly revision: number;
  /** `verified` after a signed registration request, `active` after the first real one. */
  readonly state: 'created' | 'verified' | 'active' | 'suspended';
  /** What is recorded of its Terraform origin; null: nothing. */
  readonly originState: OriginState | null;
  readonly hmacKeys: readonly HmacKeyInfo[];
  readonly createdAt: Date;
}

/** A key as people may see it: never the secret. */
export interface HmacKeyInfo {
  readonly id: string;
  /** First 8 hex digits of SHA-256 of the key. */
  readonly fingerprint: string;
  readonly state: 'active' | 'retiring' | 'revoked';
  /** To the minute. */
  readonly lastUsedAt: Date | null;
  /** When a retiring key stops, if a request has used the newer key by then. */
  readonly retiresAt: Date | null;
  /** When its overlap was over and had to be prolonged: no request had used the newer key. */
  readonly extendedAt: Date | null;
  readonly revokedAt: Date | null;
  readonly createdAt: Date;
}

/** The desired state of one run task, its key, and who asks. */
export interface PutRunTask {
  readonly organizationId: string;
  readonly name: string;
  readonly settings: RunTaskSettings;
  /**
   * The key that was given, or one made for a run task that does not exist yet. An absent key keeps the keys; one equal
   * to an active key changes nothing; another one becomes the newest, and the others retire after `overlapHours`.
   */
  readonly hmacKey: { readonly secret: string; readonly given: boolean };
  readonly overlapHours: number;
  /** Origins among the settings that need approval: asked for, or approved at once where the one who asks may. */
  readonly guardedOrigins: { readonly origins: readonly string[]; readonly approve: boolean };
  readonly expected: Expected;
  /** Asked before the transaction ends: throws what the change is refused with. */
  readonly allow: (change: Change<RunTaskSettings>) => void;
  readonly by: Actor;
  /** Why, where a change needs one. */
  readonly reason: string | null;
  readonly dryRun: boolean;
}

/** What a PUT of a run task did, or why it did nothing. */
export type PutRunTaskAnswer =
  | (PutAnswer<RunTask> & { readonly rejected?: undefined })
  /** `over_limit`, `origins_over_limit`: the organization has as many as it may. */
  | { readonly rejected: KeyRejection | 'over_limit' | 'origins_over_limit' | 'stale' };

/** A new key for a run task, and who asks. */
export interface RotateHmacKey {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly secret: string;
  /** How long the keys before it stay valid; 0 revokes them at once. */
  readonly overlapHours: number;
  readonly by: Actor;
}

/** The keys after a rotation, the new one first; or why there was none. */
export type RotateHmacKeyAnswer =
  | { readonly key: HmacKeyInfo; readonly retiring: readonly HmacKeyInfo[]; readonly rejected?: undefined }
  | { readonly rejected: KeyRejection };

/**
 * `key_in_use`: another run task uses this key, or this one has it as its newest. `key_revoked`: it was one of this run
 * task's, and has ended. `too_many_keys`: that many count already.
 */
export type KeyRejection = 'key_in_use' | 'key_revoked' | 'too_many_keys';

/** Requests of one minute that a run task refused for one reason. */
export interface RecordedRefusal {
  readonly reason: 'bad_signature' | 'not_json' | 'not_a_request' | 'callback_off_origin' | 'origin_not_approved';
  /** Of a bad signature. */
  readonly cause: SignatureCause | null;
  readonly minute: Date;
  readonly count: number;
  /** Of the first one. */
  readonly detail: string;
}

/** Which refusals of a run task a list asks for. */
export interface RefusalPage {
  readonly organizationId: string;
  readonly runTaskId: string;
  readonly limit: number;
  /** Minute and reason of the last one of the page before. */
  readonly after: { readonly minute: Date; readonly reason: string } | null;
}

/** Which Terraform organization may use a run task, and who says so. */
export interface PinRunTask {
  readonly organizationId: string;
  readonly name: string;
  readonly terraformOrganization: string | null;
  readonly by: Actor;
}

/** The management API's view of run tasks. */
export interface RunTaskStore {
  put(desired: PutRunTask): Promise<PutRunTaskAnswer>;
  /** Makes a key the newest of its run task; the keys before it retire. */
  rotateHmacKey(rotation: RotateHmacKey): Promise<RotateHmacKeyAnswer>;
  /** Ends a key at once, everywhere. Null when the run task has none of this id. */
  revokeHmacKey(
    key: Omit<RotateHmacKey, 'secret' | 'overlapHours'> & { readonly id: string },
  ): Promise<HmacKeyInfo | null>;
  /** Newest first. */
  listRefusals(page: RefusalPage): Promise<readonly RecordedRefusal[]>;
  find(organizationId: string, name: string): Promise<RunTask | null>;
  /** In order of name. */
  list(organizationId: string, limit: number, after: string | null): Promise<readonly RunTask[]>;
  /** Says which Terraform organization may use a run task; null: that of the next request. Null when there is none. */
  pin(wanted: PinRunTask): Promise<RunTask | null>;
}
