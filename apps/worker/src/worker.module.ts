import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule, type OnModuleInit } from '@nestjs/common';
import { Inputs, type InputsOptions } from './inputs.js';
import { Operations, type OperationsOptions } from './operations.js';
import { Upkeep, type UpkeepOptions } from './upkeep.js';
import { Worker, type WorkerOptions } from './worker.js';

const WORKER = Symbol('worker');
const UPKEEP = Symbol('upkeep');
const OPERATIONS = Symbol('operations');
const INPUTS = Symbol('inputs');

/** Starts worker, upkeep, operations and the keeping of plans with the application and lets them finish, or hand over, before the application ends. */
@Module({})
export class WorkerModule implements OnModuleInit, BeforeApplicationShutdown {
  static register(options: WorkerOptions & UpkeepOptions & OperationsOptions & InputsOptions): DynamicModule {
    const inputs = new Inputs(options);
    return {
      module: WorkerModule,
      providers: [
        {
          provide: WORKER,
          useFactory: () => new Worker({ ...options, runner: inputs.keepingThoseOf(options.runner) }),
        },
        { provide: UPKEEP, useFactory: () => new Upkeep(options) },
        { provide: OPERATIONS, useFactory: () => new Operations(options) },
        { provide: INPUTS, useValue: inputs },
      ],
    };
  }

  constructor(
    @Inject(WORKER) private readonly worker: Worker,
    @Inject(UPKEEP) private readonly upkeep: Upkeep,
    @Inject(OPERATIONS) private readonly operations: Operations,
    @Inject(INPUTS) private readonly inputs: Inputs,
  ) {}

  onModuleInit(): void {
    this.worker.start();
    this.upkeep.start();
    this.operations.start();
    this.inputs.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.worker.stop(), this.upkeep.stop(), this.operations.stop()]);
    // What was judged to the end is kept, too.
    await this.inputs.stop();
  }
}
