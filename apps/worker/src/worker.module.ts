import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { Worker, type WorkerOptions } from './worker.js';

const WORKER = Symbol('worker');

/** Starts the worker with the application and lets it finish, or hand over, before the application ends. */
@Module({})
export class WorkerModule implements OnModuleInit, BeforeApplicationShutdown {
  static register(options: WorkerOptions): DynamicModule {
    return { module: WorkerModule, providers: [{ provide: WORKER, useFactory: () => new Worker(options) }] };
  }

  constructor(@Inject(WORKER) private readonly worker: Worker) {}

  onModuleInit(): void {
    this.worker.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }
}
