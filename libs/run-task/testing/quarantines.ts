import type {
  CheckDeath,
  CheckResult,
  Quarantine,
  QuarantineReader,
  QuarantineStore,
  QuarantineWatch,
  ShownQuarantine,
} from '../src/index.js';

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

/** Quarantines that people see and lift, as a test put them there. */
export class InMemoryQuarantineReader implements QuarantineReader {
  readonly shown: ShownQuarantine[] = [];

  list(organizationId: string | null, limit: number, after: string | null): Promise<readonly ShownQuarantine[]> {
    const found = this.shown
      .filter(({ id, place }) => (place?.organizationId ?? null) === organizationId && (after === null || id > after))
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    return Promise.resolve(found.slice(0, limit));
  }

  lift(organizationId: string | null, id: string): Promise<boolean> {
    const index = this.shown.findIndex(
      (quarantine) => quarantine.id === id && (quarantine.place?.organizationId ?? null) === organizationId,
    );
    if (index !== -1) this.shown.splice(index, 1);
    return Promise.resolve(index !== -1);
  }
}
