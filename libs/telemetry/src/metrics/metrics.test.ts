import { createMetrics } from '../index.js';

const alone = { ofProcess: false };

test('counts by label, and shows a counter without labels before anything happened', async () => {
  const metrics = createMetrics(alone);
  metrics.count('rungate_accepts_total', { answer: 'recorded' });
  metrics.count('rungate_accepts_total', { answer: 'recorded' }, 2);
  metrics.count('rungate_accepts_total', { answer: 'shed' });
  const text = await metrics.text();
  expect(text).toContain('rungate_accepts_total{answer="recorded"} 3\n');
  expect(text).toContain('rungate_accepts_total{answer="shed"} 1\n');
  expect(text).toContain('rungate_late_decisions_total 0\n');
});

test('sorts durations into buckets', async () => {
  const metrics = createMetrics(alone);
  metrics.observe('rungate_accept_seconds', 0.004);
  expect(await metrics.text()).toMatch(/rungate_accept_seconds_bucket\{le="0.005"\} 1\n/);
});

test('names no organization unless it was asked to', async () => {
  const metrics = createMetrics(alone);
  metrics.count('rungate_accepts_total', { answer: 'recorded', organization: 'canary-acme' });
  expect(await metrics.text()).not.toContain('canary-acme');
  const named = createMetrics({ ...alone, perOrganization: true });
  named.count('rungate_accepts_total', { answer: 'recorded', organization: 'acme' });
  named.count('rungate_accepts_total', { answer: 'unauthorized' });
  const text = await named.text();
  expect(text).toContain('rungate_accepts_total{answer="recorded",organization="acme"} 1\n');
  expect(text).toContain('rungate_accepts_total{answer="unauthorized",organization="none"} 1\n');
});

test('puts organizations beyond the first 5,000 together, so that memory stays bounded', async () => {
  const metrics = createMetrics({ ...alone, perOrganization: true });
  for (let i = 0; i < 5_010; i++) metrics.count('rungate_accepts_total', { answer: 'recorded', organization: `o${i}` });
  expect(await metrics.text()).toContain('organization="others"} 10\n');
});

test('reads gauges at each scrape: a number, one for each label, or nothing', async () => {
  const metrics = createMetrics(alone);
  let waiting: number | null = 7;
  metrics.watch('rungate_waiting', () => waiting);
  metrics.watch('rungate_check_up', () => Promise.resolve({ database: 1, queue: 0 }));
  const text = await metrics.text();
  expect(text).toContain('rungate_waiting 7\n');
  expect(text).toContain('rungate_check_up{check="queue"} 0\n');
  waiting = null;
  expect(await metrics.text()).not.toMatch(/^rungate_waiting /m);
});

test('leaves out a gauge that cannot be read, and shows the rest', async () => {
  const metrics = createMetrics(alone);
  metrics.watch('rungate_waiting', () => Promise.reject(new Error('database away')));
  metrics.watch('rungate_in_flight', () => 3);
  const text = await metrics.text();
  expect(text).not.toMatch(/^rungate_waiting /m);
  expect(text).toContain('rungate_in_flight 3\n');
});

test('tells of the process itself', async () => {
  const text = await createMetrics().text();
  expect(text).toMatch(/^process_resident_memory_bytes \d+/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
});
