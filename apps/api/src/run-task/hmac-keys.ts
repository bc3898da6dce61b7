import { randomBytes } from 'node:crypto';
import { HMAC_KEY_RULE } from '@rungate/contract';
import { LIMITS, type KeyRejection } from '@rungate/run-task';
import { ApiError, invalid } from '../errors.js';

/** 256 random bits, in letters that no shell or configuration file minds. */
export function newHmacKey(): string {
  return randomBytes(32).toString('hex');
}

/** Why a key is not taken; a foreign key is refused as a short one is. */
export function refusedKey(why: KeyRejection): ApiError {
  switch (why) {
    case 'key_in_use':
      return invalid([{ pointer: '/hmacKey', detail: HMAC_KEY_RULE }]);
    case 'key_revoked':
      return invalid([{ pointer: '/hmacKey', detail: 'Was a key of this run task and has ended: use another one.' }]);
    case 'too_many_keys':
      return new ApiError('too_many', `A run task may have ${LIMITS.hmacKeys} keys that count: revoke one first.`);
  }
}
