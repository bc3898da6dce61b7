import type { Finding } from '../check.js';

/** How much a run destroys: counts of managed resources. */
export interface Destruction {
  /** Resources that exist before the run. */
  existing: number;
  destroyed: number;
  /** Resources that are not simply destroyed: they stay, change or are new. */
  untouched: number;
}

/** How much a run may destroy. */
export interface DestroyLimits {
  readonly maxDeletes?: number | undefined;
  /** 0 to 1. */
  readonly maxDeleteShare?: number | undefined;
  readonly allowDestroyRun: boolean;
}

/** What is wrong with the amount, whatever is destroyed. */
export function destroyLimits(destruction: Destruction, limits: DestroyLimits): readonly Finding[] {
  const isDestroyRun = destruction.destroyed > 0 && destruction.untouched === 0;
  if (isDestroyRun) return limits.allowDestroyRun ? [] : [destroyRun(destruction)];
  return [overCount(destruction, limits.maxDeletes), overShare(destruction, limits.maxDeleteShare)].filter(
    (finding) => finding !== null,
  );
}

function destroyRun({ destroyed }: Destruction): Finding {
  return {
    rule: 'destroy-run',
    severity: 'high',
    message: `The run would destroy everything that the workspace manages: ${destroyed === 1 ? '1 resource' : `${destroyed} resources`}.`,
    remediation: 'Set allowDestroyRun where this is meant.',
    certainty: 'violation',
  };
}

function overCount({ destroyed }: Destruction, most: number | undefined): Finding | null {
  if (most === undefined || destroyed <= most) return null;
  return {
    rule: 'too-many-deletes',
    severity: 'high',
    message: `The run would destroy ${destroyed} resources; at most ${most} are allowed.`,
    remediation: 'Split the change into smaller runs.',
    certainty: 'violation',
  };
}

function overShare({ destroyed, existing }: Destruction, most: number | undefined): Finding | null {
  // More can be destroyed than exists: deposed objects have no place of their own.
  const share = destroyed / Math.max(existing, destroyed, 1);
  if (most === undefined || share <= most) return null;
  return {
    rule: 'too-large-share',
    severity: 'high',
    message: `The run would destroy ${percent(share)} of the ${existing} existing resources; at most ${percent(most)} are allowed.`,
    remediation: 'Split the change into smaller runs.',
    certainty: 'violation',
  };
}

function percent(share: number): string {
  return `${Math.round(share * 1_000) / 10} %`;
}
