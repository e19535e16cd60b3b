-- What Grafana said of the credentials of an organisation, as JSON. `mark` is a keyed hash of the credential.
CREATE TABLE credential_notes (
  org_id INTEGER NOT NULL,
  mark TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (org_id, mark)
) STRICT;

-- 'connect': handed over and checked; 'settings': read from the plugin's settings, which a handed-over one is never replaced by.
ALTER TABLE org_tokens ADD COLUMN origin TEXT NOT NULL DEFAULT 'connect';

-- 1: the run waits until its organisation is connected again.
ALTER TABLE runs ADD COLUMN waits_for_connection INTEGER NOT NULL DEFAULT 0;
