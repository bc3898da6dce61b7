-- HMAC keys that retire only after the newer one was seen, rotation of the encryption key, and why signatures were refused.
-- What it is for: docs/guides/keys.md and docs/decisions/0015-keys-retire-when-replaced.md.

ALTER TABLE hmac_keys
  -- By how much the overlap is prolonged when it is over and no request has used the newer key.
  ADD COLUMN overlap_hours double precision CHECK (overlap_hours >= 0),
  ADD COLUMN extended_at timestamptz(3),
  ADD COLUMN revoked_at timestamptz(3);
CREATE INDEX hmac_keys_retiring ON hmac_keys (retires_at) WHERE state = 'retiring';

ALTER TABLE refusals
  -- What a sample of the minute's wrong signatures was made with.
  ADD COLUMN cause text,
  DROP CONSTRAINT refusals_reason_check,
  ADD CHECK (reason IN ('not_json', 'not_a_request', 'callback_off_origin', 'bad_signature')),
  ADD CHECK ((cause IS NOT NULL) = (reason = 'bad_signature'));

GRANT UPDATE (overlap_hours, revoked_at) ON hmac_keys TO rungate_organization;
GRANT SELECT (overlap_hours, extended_at, revoked_at) ON hmac_keys TO rungate_platform;
GRANT UPDATE (retires_at, extended_at, revoked_at) ON hmac_keys TO rungate_definer;

-- ---- rotation of the encryption key: by the login that migrates, acting as the definer ------------

GRANT UPDATE (wrapped) ON data_keys TO rungate_definer;
GRANT UPDATE (keyed_fingerprint) ON hmac_keys TO rungate_definer;
