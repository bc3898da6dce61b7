import type { Finding, ResourceChange } from '../../check.js';
import type { Leaf } from './condition.js';
import type { Rule } from './config.js';
import { evaluate, type Asking, type Reasoned } from './evaluate.js';
import type { Subject } from './find.js';
import { isSelected, subjectsOf } from './select.js';

/** One rule over one plan: judges resource by resource, and knows in the end what it never met. */
export class RuleRun {
  /** Resources that the rule applied to; a replacement that it looks at from both sides counts once. */
  applied = 0;
  /** Resources that break it, or may. */
  broken = 0;
  private readonly asked = new Map<Leaf, boolean>();

  constructor(readonly rule: Rule) {}

  /** What is wrong with a resource, if the rule is about it. */
  judge(resource: ResourceChange): readonly Finding[] {
    if (!isSelected(this.rule.resources, resource)) return [];
    const judged = subjectsOf(resource, this.rule.actions).flatMap((subject) => this.ask(subject));
    const findings = judged.flatMap((finding) => finding ?? []);
    this.applied += judged.length > 0 ? 1 : 0;
    this.broken += findings.length > 0 ? 1 : 0;
    return findings;
  }

  /** What is wrong with the rule itself, seen over the whole plan. */
  missing(): readonly Finding[] {
    const { name, severity, minimum } = this.rule;
    if (this.applied >= minimum) return [];
    const message = `The rule ${name} applied to ${this.applied} resources, and at least ${minimum} are expected.`;
    return [{ rule: name, severity, message, certainty: 'violation' }];
  }

  /** Attributes that the rule asks for and no resource has: most often a word that is spelled wrongly. */
  strangers(): readonly string[] {
    const strange = [...this.asked].filter(([, isThere]) => !isThere).map(([leaf]) => leaf.path.text);
    return [...new Set(strange)].map((text) => `${text} (${this.rule.name})`);
  }

  /** A finding or null for a resource that the rule applies to; nothing for another one. */
  private ask(subject: Subject): readonly (Finding | null)[] {
    const { where, require } = this.rule;
    const chosen = where === undefined ? null : evaluate(where, this.asking(subject, 'where'));
    if (chosen?.answer === 'no') return [];
    const held = evaluate(require, this.asking(subject, 'require'));
    if (held.answer === 'yes') return [null];
    const isOpen = chosen?.answer === 'unknown' && held.answer === 'no';
    return [this.finding(subject.resource.address, isOpen ? { answer: 'unknown', reason: chosen.reason } : held)];
  }

  private asking(subject: Subject, purpose: Asking['purpose']): Asking {
    const noted = (leaf: Leaf, isThere: boolean): void => {
      this.asked.set(leaf, isThere || this.asked.get(leaf) === true);
    };
    return { subject, purpose, showValue: this.rule.showValue, noted };
  }

  private finding(address: string, { answer, reason }: Reasoned): Finding {
    const { name, severity, message, remediation, docsUrl } = this.rule;
    const said: Readonly<Record<Reasoned['answer'], string>> = {
      yes: '',
      no: message === undefined ? `breaks the rule ${name}: ${reason}` : `${message} (${reason})`,
      unknown: `may break the rule ${name}: ${reason}`,
      undecidable: `cannot be judged by the rule ${name}: ${reason}`,
    };
    return {
      rule: name,
      severity,
      address,
      message: `${said[answer]}.`,
      ...(remediation === undefined ? {} : { remediation }),
      ...(docsUrl === undefined ? {} : { docsUrl }),
      // What is sensitive, or of another shape, is the plan's author to decide: it must not pass as unknown does.
      certainty: answer === 'unknown' ? 'unknown' : 'violation',
    };
  }
}
