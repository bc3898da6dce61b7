import { aCheckResult, aFinding } from '../../testing/builders.js';
import { CALLBACK_CONTENT_TYPE, callbackDocument, degraded } from './callback.js';
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
  });
});
