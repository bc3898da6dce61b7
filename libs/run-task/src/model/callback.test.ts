import { aCheckResult, aFinding } from '../../testing/builders.js';
import { CALLBACK_CONTENT_TYPE, callbackDocument, degraded, isDegraded } from './callback.js';
import { outcomesOf } from './outcome.js';
import { plain, plainText } from './text.js';

describe('callbackDocument', () => {
  it('is a JSON:API document of a task result', () => {
    expect(callbackDocument({ status: 'running', message: plain`half done` })).toEqual({
      data: { type: 'task-results', attributes: { status: 'running', message: 'half done' } },
    });
  });

  it('is sent as JSON:API', () => {
    expect(CALLBACK_CONTENT_TYPE).toBe('application/vnd.api+json');
  });

  it('carries outcomes as a relationship, and the page that shows more', () => {
    const outcomes = outcomesOf([aCheckResult()], []);
    const detailsUrl = 'https://rungate.example.com/o/acme/results/1';
    expect(callbackDocument({ status: 'passed', message: plain`fine`, detailsUrl, outcomes })).toEqual({
      data: {
        type: 'task-results',
        attributes: { status: 'passed', message: 'fine', url: detailsUrl },
        relationships: { outcomes: { data: outcomes } },
      },
    });
  });

  it('has no relationships without an outcome: old servers may not know them', () => {
    const document = callbackDocument({ status: 'passed', message: plain`fine`, outcomes: [] });
    expect(document.data).not.toHaveProperty('relationships');
  });
});

describe('degraded', () => {
  it.each([
    ['outcomes', { outcomes: outcomesOf([aCheckResult({ findings: [aFinding()] })], []) }],
    ['a page to show', { detailsUrl: 'https://rungate.example/task-results/1' }],
    ['a long message', { message: plainText('so it is. '.repeat(30)) }],
  ])('is not what has %s', (_what, content) => {
    const document = callbackDocument({ status: 'failed', message: plain`fine`, ...content });
    expect(isDegraded(document)).toBe(false);
    expect(isDegraded(degraded(document))).toBe(true);
  });

  const outcomes = outcomesOf([aCheckResult({ findings: [aFinding()] })], []);

  it('keeps the verdict and a short message, and nothing else', () => {
    const document = callbackDocument({
      status: 'failed',
      message: plainText('x'.repeat(1_000)),
      detailsUrl: 'https://rungate.example.com/o/acme/results/1',
      outcomes,
    });
    expect(degraded(document)).toEqual({
      data: { type: 'task-results', attributes: { status: 'failed', message: `${'x'.repeat(199)}…` } },
    });
  });

  it('keeps a short message as it is, and is the same when degraded again', () => {
    const once = degraded(callbackDocument({ status: 'passed', message: plain`fine`, outcomes }));
    expect(once.data.attributes.message).toBe('fine');
    expect(degraded(once)).toEqual(once);
    expect(isDegraded(once)).toBe(true);
  });
});
