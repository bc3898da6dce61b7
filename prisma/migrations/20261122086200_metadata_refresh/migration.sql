-- Metadata of SAML providers is read again each day. A certificate that comes with it and that no trusted one vouches for waits until
-- somebody confirms it. What it is for: docs/guides/sso.md.

ALTER TABLE sso_connections
  -- When somebody last set out to read it again: that one does, and nobody else for a day.
  ADD COLUMN metadata_seen_at     timestamptz(3),
  -- PEM; null when nothing waits.
  ADD COLUMN offered_certificates jsonb,
  ADD COLUMN offered_at           timestamptz(3),
  ADD CHECK ((offered_certificates IS NULL) = (offered_at IS NULL));
GRANT SELECT (metadata_seen_at, offered_certificates, offered_at), UPDATE (metadata_seen_at, offered_certificates, offered_at)
  ON sso_connections TO rungate_organization, rungate_platform;
