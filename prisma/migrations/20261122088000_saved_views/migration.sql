-- A view is a name for what the filters of a page ask for: of one person, or shown to everybody of the same organization
-- (or of the platform). A removed one is left empty, and is used for the next one that its person keeps.

CREATE TABLE saved_views (
  id              uuid PRIMARY KEY,
  -- Null: of the platform.
  organization_id uuid REFERENCES organizations (id) ON DELETE CASCADE,
  plane           uuid NOT NULL GENERATED ALWAYS AS (coalesce(organization_id, '00000000-0000-0000-0000-000000000000')) STORED,
  identity_id     uuid NOT NULL,
  page            text NOT NULL CHECK (page IN ('live', 'runs', 'results', 'callbacks', 'organizations', 'audit')),
  name            text NOT NULL CHECK (length(name) <= 100),
  -- Texts by the names of the page's filters.
  search          jsonb NOT NULL,
  is_shared       boolean NOT NULL,
  created_at      timestamptz(3) NOT NULL DEFAULT now(),
  removed_at      timestamptz(3),
  FOREIGN KEY (identity_id, plane) REFERENCES identities (id, plane) ON DELETE CASCADE
);
CREATE INDEX saved_views_of_organization ON saved_views (organization_id, page, id) WHERE removed_at IS NULL;
CREATE INDEX saved_views_of_person ON saved_views (identity_id);

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
ALTER TABLE saved_views FORCE ROW LEVEL SECURITY;
CREATE POLICY organization ON saved_views TO rungate_organization
  USING (organization_id = nullif(current_setting('app.organization', true), '')::uuid);
-- What an organization's people look for is none of the platform's business.
CREATE POLICY platform ON saved_views FOR SELECT TO rungate_platform USING (organization_id IS NULL);
CREATE POLICY platform_writes ON saved_views FOR INSERT TO rungate_platform WITH CHECK (organization_id IS NULL);
CREATE POLICY platform_changes ON saved_views FOR UPDATE TO rungate_platform
  USING (organization_id IS NULL) WITH CHECK (organization_id IS NULL);
GRANT SELECT, INSERT ON saved_views TO rungate_organization, rungate_platform;
GRANT UPDATE (id, page, name, search, is_shared, created_at, removed_at) ON saved_views
  TO rungate_organization, rungate_platform;
