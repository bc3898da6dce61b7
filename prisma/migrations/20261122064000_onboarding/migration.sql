-- A batch compares the keys that it is given with those that are stored, for a thousand organizations in one statement.
-- The fingerprint is keyed: it tells that two keys are equal, and nothing else.
GRANT SELECT (keyed_fingerprint) ON hmac_keys TO rungate_platform;
