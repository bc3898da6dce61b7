// Telemetry: what a process says about itself, in lines and in numbers.
// Vocabulary: a *moment* is one thing that happened to a task result or to the process; a *field* is a fact about it;
// a *counter* only grows, a *gauge* is read when somebody asks, a *histogram* sorts durations.
export { createLog, type Log, type LogFields, type LogLevel, type LogOptions } from './log.js';
export { COUNTERS, GAUGES, HISTOGRAMS } from './metrics/catalogue.js';
export { createMetrics, METRICS_TYPE, type Metrics, type MetricsOptions, type Reading } from './metrics/metrics.js';
