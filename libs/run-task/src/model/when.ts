import { matchesAnyGlob } from './glob.js';
import type { RequestFacts } from './request.js';
import { clip } from './text.js';

/** Names that are meant: one of `include` matches and none of `exclude`. `*` stands for any characters, `?` for one. */
export interface NamePatterns {
  /** 1–20 patterns of at most 100 characters. */
  readonly include: readonly string[];
  /** At most 20. */
  readonly exclude: readonly string[];
}

/** To which runs a check applies: every condition that is given must hold. */
export interface When {
  /** By name. */
  readonly workspaces?: NamePatterns | undefined;
  /** By name; a request of an older Terraform names none. */
  readonly projects?: NamePatterns | undefined;
  /** The branch that the run was made from; a run without version control has none. */
  readonly branches?: NamePatterns | undefined;
  /** Whether the run can only plan. */
  readonly speculative?: boolean | undefined;
  /** Whether the plan would change anything: told where the plan is read, not here. */
  readonly changes?: boolean | undefined;
}

/** Longer names are not held against patterns. */
const NAME_LIMIT = 256;
const SHOWN_LIMIT = 60;

/** What a `when` asks about, named as in the request. */
export type WhenFacts = Pick<RequestFacts, 'workspace_name' | 'project_name' | 'vcs_branch' | 'is_speculative'>;

/**
 * Why a check does not apply to a run, in a few words; null when it does. What the request does not say, and what is too
 * long to be a name, keeps no check away: nobody gets past one by leaving a fact out.
 */
export function whyNotApplied(when: When | undefined, facts: WhenFacts): string | null {
  if (when === undefined) return null;
  return (
    whyNotMeant(when.workspaces, facts.workspace_name, 'workspace') ??
    whyNotMeant(when.projects, facts.project_name, 'project') ??
    whyNotMeant(when.branches, facts.vcs_branch, 'branch') ??
    whyNotSpeculative(when.speculative, facts.is_speculative)
  );
}

function whyNotMeant(patterns: NamePatterns | undefined, name: string | null, what: string): string | null {
  if (patterns === undefined || name === null || name === '' || name.length > NAME_LIMIT) return null;
  const isMeant = matchesAnyGlob(patterns.include, name) && !matchesAnyGlob(patterns.exclude, name);
  return isMeant ? null : `not for ${what} ${clip(name, SHOWN_LIMIT)}`;
}

function whyNotSpeculative(wanted: boolean | undefined, isSpeculative: boolean): string | null {
  if (wanted === undefined || wanted === isSpeculative) return null;
  return wanted ? 'only for speculative runs' : 'not for speculative runs';
}
