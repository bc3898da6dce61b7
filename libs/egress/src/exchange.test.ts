import { Exchange } from './exchange.js';

/** undici's end of a request; keeps what it was ended with. */
function controller() {
  const ended: Error[] = [];
  return {
    ended,
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: null,
    rawTrailers: null,
    abort: (reason: Error) => void ended.push(reason),
    pause: () => undefined,
    resume: () => undefined,
  };
}

describe('Exchange', () => {
  it('sends nothing after its time, though no timer has run since the process stood still', async () => {
    const exchange = new Exchange('app.terraform.io', performance.now() - 1, () => undefined);
    const undici = controller();
    exchange.onRequestStart(undici);
    await expect(exchange.head).rejects.toMatchObject({ code: 'timeout', sent: false });
    expect(undici.ended).toHaveLength(1);
  });

  it('sends within its time', async () => {
    const exchange = new Exchange('app.terraform.io', performance.now() + 60_000, () => undefined);
    const undici = controller();
    exchange.onRequestStart(undici);
    exchange.onResponseStart(undici, 200, {});
    expect(await exchange.head).toMatchObject({ status: 200 });
    expect(undici.ended).toEqual([]);
  });
});
