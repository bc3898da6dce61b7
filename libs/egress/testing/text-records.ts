import type { TextRecords } from '../src/index.js';

/** What a name has: its records, or why it has none. */
export type Published = readonly string[] | 'nothing' | 'refused' | 'silence';

/** DNS in a map: names that nobody published have no records. */
export class FakeTextRecords implements TextRecords {
  readonly published = new Map<string, Published>();

  of(name: string): Promise<readonly string[] | 'unreachable'> {
    const found = this.published.get(name) ?? 'nothing';
    if (found === 'nothing') return Promise.resolve([]);
    return Promise.resolve(found === 'refused' || found === 'silence' ? 'unreachable' : found);
  }
}

/** Records, and the place where a test publishes them. */
export interface TextRecordHarness {
  readonly records: TextRecords;
  readonly published: Map<string, Published>;
}

/** What every way to ask for TXT records must do. */
export function describeTextRecords(name: string, open: () => Promise<TextRecordHarness> | TextRecordHarness): void {
  describe(name, () => {
    let harness: TextRecordHarness;
    beforeAll(async () => {
      harness = await open();
    });

    it.each<readonly [string, Published | null, readonly string[] | 'unreachable']>([
      ['one record', ['rungate-domain=abc'], ['rungate-domain=abc']],
      ['several records', ['v=spf1 -all', 'rungate-domain=abc'], ['v=spf1 -all', 'rungate-domain=abc']],
      ['a record longer than one string of DNS', ['x'.repeat(400)], ['x'.repeat(400)]],
      ['a name without records', 'nothing', []],
      ['a name that does not exist', null, []],
      ['a server that refuses', 'refused', 'unreachable'],
      ['a server that does not answer', 'silence', 'unreachable'],
    ])('answers %s', async (what, published, expected) => {
      const asked = `_rungate-challenge.${what.toLowerCase().replaceAll(' ', '-')}.example`;
      if (published !== null) harness.published.set(asked, published);
      expect(await harness.records.of(asked)).toEqual(expected);
    });
  });
}
