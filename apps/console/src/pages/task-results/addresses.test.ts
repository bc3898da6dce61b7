import { isOnOrigin } from './addresses.js';

const RUN = 'https://app.terraform.io/app/acme/workspaces/net/runs/run-1';

describe('an address that somebody else wrote', () => {
  it('is a link where the run itself is', () => {
    expect(isOnOrigin('https://app.terraform.io/docs', RUN)).toBe(true);
  });

  it.each([
    'https://evil.example/docs',
    'https://app.terraform.io.evil.example/',
    'https://app.terraform.io@evil.example/',
    'https://user:key@app.terraform.io/',
    'https://app.terraform.io:8443/',
    'http://app.terraform.io/docs',
    'javascript:alert(1)',
    'data:text/html,x',
    '//app.terraform.io/',
    'no address',
  ])('is text when it is %s', (url) => {
    expect(isOnOrigin(url, RUN)).toBe(false);
  });

  it('is text when nobody knows where the run is', () => {
    expect(isOnOrigin('https://app.terraform.io/docs', null)).toBe(false);
  });

  it('is text where Terraform itself is not reached by https', () => {
    expect(isOnOrigin('http://127.0.0.1:4000/docs', 'http://127.0.0.1:4000/run-1')).toBe(false);
  });
});
