import { clip } from '@rungate/run-task';
import type { Finding } from '../check.js';

/** Findings that are listed one by one. */
const MAX_LISTED = 1_000;
/** Characters of all of them together: a report has 4 MB, and a character up to 3 bytes. */
const MAX_CHARACTERS = 600_000;
const ADDRESS_LIMIT = 1_000;
const MESSAGE_LIMIT = 1_000;

/** The findings of one report: the first ones listed, the others counted, so that no plan makes a report too large. */
export class FindingList {
  private readonly listed: Finding[] = [];
  private readonly unlisted = new Map<string, { readonly example: Finding; count: number }>();
  private characters = 0;

  /** Lists a finding, its texts cut to what a report may hold. */
  add(finding: Finding): void {
    const cut = {
      ...finding,
      message: clip(finding.message, MESSAGE_LIMIT),
      ...(finding.address === undefined ? {} : { address: clip(finding.address, ADDRESS_LIMIT) }),
    };
    this.characters += JSON.stringify(cut).length;
    if (this.listed.length < MAX_LISTED && this.characters <= MAX_CHARACTERS) this.listed.push(cut);
    else this.count(cut);
  }

  /** What was listed, and for each rule how many more there are, as bad and as certain as those. */
  toFindings(): readonly Finding[] {
    const rest = [...this.unlisted.values()].map(({ example, count }): Finding => {
      const { rule, severity, certainty } = example;
      return { rule, severity, certainty, message: `${count} more findings of the rule ${rule}.` };
    });
    return [...this.listed, ...rest];
  }

  private count(finding: Finding): void {
    const key = [finding.rule, finding.severity, finding.certainty].join(' ');
    const entry = this.unlisted.get(key) ?? { example: finding, count: 0 };
    entry.count++;
    this.unlisted.set(key, entry);
  }
}
