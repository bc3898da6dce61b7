import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { Upkeep, type UpkeepOptions } from './upkeep.js';
import { Worker, type WorkerOptions } from './worker.js';

const WORKER = Symbol('worker');
const UPKEEP = Symbol('upkeep');

/** Starts worker and upkeep with the application and lets them finish, or hand over, before the application ends. */
@Module({})
export class WorkerModule implements OnModuleInit, BeforeApplicationShutdown {
  static register(options: WorkerOptions & UpkeepOptions): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        { provide: WORKER, useFactory: () => new Worker(options) },
        { provide: UPKEEP, useFactory: () => new Upkeep(options) },
      ],
    };
  }

  constructor(
    @Inject(WORKER) private readonly worker: Worker,
    @Inject(UPKEEP) private readonly upkeep: Upkeep,
  ) {}

  onModuleInit(): void {
    this.worker.start();
    this.upkeep.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.upkeep.stop()]);
  }
}
