import { z } from 'zod';
import type { CDPSession } from 'playwright-core';
import { until } from '../harness/until.js';
import type { Person } from './person.js';

/** The server looks each four seconds whether a reader may read on; a browser comes back after two. */
const TOLD_WITHIN_MS = 20_000;

const told = z.object({ taskResultId: z.string().optional(), why: z.string().optional() });

/** One event, as the browser read it. */
export interface HeardEvent {
  /** `message` unless the server names it. */
  readonly name: string;
  readonly data: z.infer<typeof told>;
}

/** The stream of events of a window, heard beside the page. */
export class EventStream {
  readonly heard: HeardEvent[] = [];
  /** Of the last time that the browser asked for the stream. */
  lastEventId: string | null = null;

  /** Hears what comes from now on. */
  static async of(person: Person): Promise<EventStream> {
    const stream = new EventStream();
    const devtools: CDPSession = await person.context.newCDPSession(person.page);
    await devtools.send('Network.enable');
    devtools.on('Network.eventSourceMessageReceived', ({ eventName: name, data }) => {
      stream.heard.push({ name, data: told.parse(JSON.parse(data)) });
    });
    const asked = new Set<string>();
    devtools.on('Network.requestWillBeSent', ({ requestId, type }) => {
      if (type === 'EventSource') asked.add(requestId);
    });
    // What the browser adds by itself.
    devtools.on('Network.requestWillBeSentExtraInfo', ({ requestId, headers }) => {
      if (asked.has(requestId)) stream.lastEventId = headers['Last-Event-ID'] ?? null;
    });
    return stream;
  }

  /** Waits until the stream told of a task result. */
  async toldOf(taskResultId: string): Promise<void> {
    await this.until(`an event about ${taskResultId}`, ({ data }) => data.taskResultId === taskResultId);
  }

  /** Waits for an event. */
  async until(what: string, isIt: (event: HeardEvent) => boolean): Promise<void> {
    await until(what, TOLD_WITHIN_MS, () => this.heard.find(isIt) ?? null);
  }
}
