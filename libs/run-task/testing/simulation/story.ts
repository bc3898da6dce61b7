import type { Timeline } from './timeline.js';

/** Calls that change nothing, or nothing that a reader would miss. */
const QUIET = ['backlog', 'renew', 'expireDeliveries', 'findHook', 'rememberedHook', 'loadEvaluation', 'loadDelivery'];

/** What happened in a schedule, in order, for a person who looks for the reason of a violation. */
export class Story {
  readonly lines: string[] = [];
  readonly #begin: number;

  /** @param isTold false for a run that nobody will read about: then there are no lines. */
  constructor(
    private readonly timeline: Timeline,
    private readonly isTold: boolean,
  ) {
    this.#begin = timeline.now;
  }

  tell(who: string, what: string): void {
    if (this.isTold) this.lines.push(`${seconds(this.timeline.now - this.#begin)}  ${who}: ${what}`);
  }

  /** A call of the store that was answered. */
  tellCall(who: string, method: string, args: readonly unknown[], answer: unknown): void {
    if (!this.isTold || QUIET.includes(method) || (Array.isArray(answer) && answer.length === 0)) return;
    this.tell(who, `${method} ${short(args)} → ${answer === undefined ? 'done' : short(answer)}`);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(3).padStart(9)} s`;
}

/** Ids and states say enough; documents are long. */
function short(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('00000000-0000-7000-8000-00000000', '…')
    .replace(/"(organizationId|expiresAt)":"[^"]*",?/g, '')
    .slice(0, 160);
}
