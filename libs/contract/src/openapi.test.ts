import { readFileSync } from 'node:fs';
import path from 'node:path';
import { openApiDocument, readShape, routes, type Route } from './index.js';

const COMMITTED = path.resolve(__dirname, '../../../docs/reference/openapi.json');

describe('the OpenAPI document', () => {
  it('is committed as the routes say (node tools/reference.mjs writes it)', () => {
    expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
  });

  it('names every route once', () => {
    const operations = Object.values(openApiDocument().paths ?? {}).flatMap((item) => Object.keys(item));
    expect(operations).toHaveLength(Object.keys(routes).length);
  });

  it.each(Object.entries<Route>(routes))('shows an example of %s that its own shapes accept', (_, route) => {
    const { body, response } = route.example;
    expect(readShape(route.body, body)).toMatchObject({ ok: true });
    for (const { shape } of Object.values(route.responses))
      expect(readShape(shape, response)).toMatchObject({ ok: true });
  });
});
