import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry, type Metric } from 'prom-client';
import {
  COUNTERS,
  GAUGES,
  HISTOGRAMS,
  type CounterName,
  type GaugeName,
  type HistogramName,
  type LabelsOf,
} from './catalogue.js';

/** What a gauge is now: one number, or one for each value of its only label; null: nothing to say. */
export type Reading = number | null | Readonly<Record<string, number>>;

/** What a process counts and measures: one line per place, beside its log. */
export interface Metrics {
  /** Adds to a counter. */
  count<N extends CounterName>(name: N, labels: LabelsOf<N>, by?: number): void;
  /** Notes one duration, in seconds. */
  observe(name: HistogramName, seconds: number): void;
  /** Says how a gauge is read; it is asked at each scrape, and left out when it fails; the last one who says it counts. */
  watch(name: GaugeName, read: () => Reading | Promise<Reading>): void;
  /** Everything in the text format of Prometheus. */
  text(): Promise<string>;
}

/** What is shown. */
export interface MetricsOptions {
  /** Whether the counters that know it name the organization: everybody who can scrape sees then who the customers are. */
  readonly perOrganization?: boolean;
  /** Memory, CPU, event loop and garbage collection of the process; on unless `false`. */
  readonly ofProcess?: boolean;
}

/** The media type of `text()`. */
export const METRICS_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;

/** Organizations that are told apart; those that come later share one name. */
const MOST_ORGANIZATIONS = 5_000;

/** The metrics of a process, all at zero. */
export function createMetrics({ perOrganization = false, ofProcess = true }: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry });
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, facts]) => {
      const shows = perOrganization && 'perOrganization' in facts;
      const labelNames = [...facts.labels, ...(shows ? ['organization'] : [])];
      return [name, { counter: new Counter({ name, help: facts.help, labelNames, registers: [registry] }), shows }];
    }),
  );
  const histograms = new Map(
    Object.entries(HISTOGRAMS).map(([name, { help, buckets }]) => [
      name,
      new Histogram({ name, help, buckets: [...buckets], registers: [registry] }),
    ]),
  );
  const organizations = new Set<string>();
  const nameOf = (organization = 'none'): string => {
    if (organizations.size < MOST_ORGANIZATIONS) organizations.add(organization);
    return organizations.has(organization) ? organization : 'others';
  };
  return {
    count(name, { organization, ...labels }, by = 1) {
      const known = counters.get(name);
      known?.counter.inc(known.shows ? { ...labels, organization: nameOf(organization) } : labels, by);
    },
    observe(name, seconds) {
      histograms.get(name)?.observe(seconds);
    },
    watch(name, read) {
      registry.removeSingleMetric(name);
      registry.registerMetric(gauge(name, read));
    },
    text: () => registry.metrics(),
  };
}

function gauge(name: GaugeName, read: () => Reading | Promise<Reading>): Metric {
  const { help, labels } = GAUGES[name];
  return new Gauge({
    name,
    help,
    labelNames: [...labels],
    registers: [],
    async collect() {
      this.reset();
      const reading = await readSafely(read);
      if (reading === null) this.remove();
      else if (typeof reading === 'number') this.set(reading);
      else for (const [value, number] of Object.entries(reading)) this.set({ [labels[0] ?? '']: value }, number);
    },
  });
}

/** Null, too, when the reading fails: a scrape never does. */
async function readSafely(read: () => Reading | Promise<Reading>): Promise<Reading> {
  try {
    return await read();
  } catch {
    return null;
  }
}
