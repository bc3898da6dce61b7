import { TestDnsServer } from '../testing/dns-server.js';
import { describeTextRecords, FakeTextRecords } from '../testing/text-records.js';
import { dnsTextRecords } from './text-records.js';

describeTextRecords('records in a map', () => {
  const records = new FakeTextRecords();
  return { records, published: records.published };
});

describe('over UDP', () => {
  const server = new TestDnsServer();
  afterAll(() => server.stop());

  describeTextRecords('records of DNS', async () => {
    const address = await server.start();
    const { published } = server;
    return { records: dnsTextRecords({ servers: [address], timeoutMs: 100 }), published };
  });
});
