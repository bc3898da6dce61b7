import type { CheckDeath, CheckResult, Quarantine, QuarantineStore, QuarantineWatch } from '../src/index.js';

/** A watch that keeps back the checks of these names, and remembers who died. */
export class FakeQuarantineWatch implements QuarantineWatch {
  readonly deaths: string[] = [];

  constructor(private readonly keptBack: readonly string[] = []) {}

  whyNot(_evaluation: unknown, { name }: { readonly name: string }): string | null {
    return this.keptBack.includes(name) ? 'it is in quarantine' : null;
  }

  died(_evaluation: unknown, results: readonly CheckResult[]): Promise<void> {
    this.deaths.push(...results.map(({ name }) => name));
    return Promise.resolve();
  }
}

/** Quarantines that a test sets itself. */
export class FakeQuarantineStore implements QuarantineStore {
  readonly deaths: CheckDeath[] = [];
  quarantines: readonly Quarantine[] = [];
  imposed: readonly Quarantine[] = [];

  active(): Promise<readonly Quarantine[]> {
    return Promise.resolve(this.quarantines);
  }

  noteDeaths(_organizationId: string, deaths: readonly CheckDeath[]): Promise<void> {
    this.deaths.push(...deaths);
    return Promise.resolve();
  }

  impose(): Promise<readonly Quarantine[]> {
    return Promise.resolve(this.imposed);
  }
}
