/** Claims, evaluates, delivers and keeps: the flows of `libs/run-task`, driven by tickets and by a clock. */
export { WorkerModule } from './worker.module.js';
export { Worker, type TicketSource, type WorkerOptions } from './worker.js';
