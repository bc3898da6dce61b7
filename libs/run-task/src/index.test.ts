import * as domain from './index.js';

it('exports nothing that is not there', () => {
  for (const [name, value] of Object.entries(domain)) expect([name, value]).not.toContain(undefined);
});
