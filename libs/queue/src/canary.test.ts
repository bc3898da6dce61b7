import { Canary, type Watched } from './canary.js';

const EVERY_MS = 5_000;

class Consumer implements Watched {
  tickets = 0;
  signs = 0;
  open = true;
  away = false;
  found = 0;

  isAway(): boolean {
    return this.away;
  }

  waiting(): Promise<number> {
    return this.away ? Promise.reject(new Error('away')) : Promise.resolve(this.tickets);
  }

  issue(): Promise<boolean> {
    this.tickets += 1;
    return Promise.resolve(true);
  }

  signsOfLife(): number {
    return this.signs;
  }

  isOpen(): boolean {
    return this.open;
  }

  wedged(): void {
    this.found += 1;
  }

  take(): void {
    if (this.tickets === 0) return;
    this.tickets -= 1;
    this.signs += 1;
  }
}

describe('Canary', () => {
  let canary: Canary | null = null;
  let consumer: Consumer;

  beforeEach(() => {
    jest.useFakeTimers();
    consumer = new Consumer();
    canary = new Canary(consumer, EVERY_MS);
  });

  afterEach(() => {
    canary?.close();
    jest.useRealTimers();
  });

  /** So many looks, each followed by `between`. */
  async function look(times: number, between: () => void = () => undefined): Promise<void> {
    for (let i = 0; i < times; i++) {
      await jest.advanceTimersByTimeAsync(EVERY_MS);
      between();
    }
  }

  it('finds one that takes nothing for 20 s, though a ticket waits for it', async () => {
    await look(4);
    expect(consumer.found).toBe(0);
    await look(1);
    expect(consumer.found).toBe(1);
    await look(4);
    expect(consumer.found).toBe(2);
  });

  it('keeps one ticket waiting and no more', async () => {
    await look(20);
    expect(consumer.tickets).toBe(1);
  });

  it('leaves alone who takes them, takes others, or lets others take them', async () => {
    await look(20, () => {
      consumer.take();
    });
    await look(20, () => {
      consumer.signs += 1;
    });
    await look(20, () => {
      consumer.tickets = 0;
    });
    expect(consumer.found).toBe(0);
  });

  it('leaves alone who has no free slot', async () => {
    consumer.open = false;
    await look(20);
    expect(consumer.found).toBe(0);
  });

  it('begins anew after the queue did not answer', async () => {
    await look(4);
    consumer.away = true;
    await look(1);
    consumer.away = false;
    await look(3);
    expect(consumer.found).toBe(0);
    await look(1);
    expect(consumer.found).toBe(1);
  });

  it('counts a process that stood still as one look', async () => {
    await look(1);
    jest.setSystemTime(Date.now() + 60_000);
    await look(1);
    expect(consumer.found).toBe(0);
  });

  it('is silent once it is closed', async () => {
    canary?.close();
    await look(20);
    expect([consumer.tickets, consumer.found]).toEqual([0, 0]);
  });
});
