import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { Operations, type OperationsOptions } from './operations.js';
import { Upkeep, type UpkeepOptions } from './upkeep.js';
import { Worker, type WorkerOptions } from './worker.js';

const WORKER = Symbol('worker');
const UPKEEP = Symbol('upkeep');
const OPERATIONS = Symbol('operations');

/** Starts worker, upkeep and operations with the application and lets them finish, or hand over, before the application ends. */
@Module({})
export class WorkerModule implements OnModuleInit, BeforeApplicationShutdown {
  static register(options: WorkerOptions & UpkeepOptions & OperationsOptions): DynamicModule {
    return {
      module: WorkerModule,
      providers: [
        { provide: WORKER, useFactory: () => new Worker(options) },
        { provide: UPKEEP, useFactory: () => new Upkeep(options) },
        { provide: OPERATIONS, useFactory: () => new Operations(options) },
      ],
    };
  }

  constructor(
    @Inject(WORKER) private readonly worker: Worker,
    @Inject(UPKEEP) private readonly upkeep: Upkeep,
    @Inject(OPERATIONS) private readonly operations: Operations,
  ) {}

  onModuleInit(): void {
    this.worker.start();
    this.upkeep.start();
    this.operations.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.upkeep.stop(), this.operations.stop()]);
  }
}
