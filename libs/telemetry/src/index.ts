// Telemetry: what a process says about itself. Today its log; metrics and traces join it here.
// Vocabulary: a *moment* is one thing that happened to a task result or to the process; a *field* is a fact about it.
export { createLog, type Log, type LogFields, type LogLevel, type LogOptions } from './log.js';
