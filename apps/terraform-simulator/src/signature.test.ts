import { registrationBody } from './request-body.js';
import { sign } from './signature.js';

describe('signature', () => {
  it('is the published one for a known body and key', () => {
    const body = Buffer.from(
      '{"plan_json_api_url": "https://localhost:8080/api/v1/plan", "organization_name": "00000", "stage": "test", "workspace_name": "00000"}',
    );
    expect(sign(body, 'secret')).toBe(
      'b7832ce69b791e39105e50ca55039aede4778caec8e24a20c2f6acaa5274e397cef80a450b44acd6fcc62517784ae970021c338314301c5f39e7ae579db29249',
    );
  });

  it('is the one of the captured registration request, so that its bytes are the captured ones', () => {
    // The public capture is a file that ends in a line break, and the vector is over the file.
    const captured = Buffer.concat([registrationBody(), Buffer.from('\n')]);
    expect(sign(captured, 'secret123')).toBe(
      '8da0e925c1fc3cff460f951ea8689a0f7f7aa1e28bc3c654d1e61785d173f37bf357b31e0256095143e80cb52cd334cf7b8f20f40ee5d89347d68c74ac40cc37',
    );
  });

  it('is empty without a key', () => {
    expect(sign(Buffer.from('{}'), null)).toBe('');
  });
});
