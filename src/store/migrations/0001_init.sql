-- Times are milliseconds since 1970 UTC. Reports are kept as the JSON of the API, so that one reader serves both.
CREATE TABLE reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  uid TEXT NOT NULL,
  org_id INTEGER NOT NULL,
  user_id INTEGER NOT NULL,
  content TEXT NOT NULL,
  state TEXT NOT NULL,
  -- Due times up to here have their row in runs, or lie before the report was scheduled.
  planned_until_ms INTEGER NOT NULL,
  -- First due time after planned_until_ms; NULL when none. Only a shortcut for the scheduler's query.
  next_ms INTEGER,
  created_ms INTEGER NOT NULL,
  updated_ms INTEGER NOT NULL,
  UNIQUE (org_id, uid)
) STRICT;
CREATE INDEX reports_next ON reports (state, next_ms);

CREATE TABLE settings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  org_id INTEGER NOT NULL UNIQUE,
  user_id INTEGER NOT NULL,
  content TEXT NOT NULL
) STRICT;

CREATE TABLE images (
  org_id INTEGER NOT NULL,
  name TEXT NOT NULL,
  content_type TEXT NOT NULL,
  bytes BLOB NOT NULL,
  created_ms INTEGER NOT NULL,
  PRIMARY KEY (org_id, name)
) STRICT;

-- The ledger. A due time is one row whatever happens to it; sends by hand have no occurrence_ms.
CREATE TABLE runs (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  org_id INTEGER NOT NULL,
  report_id INTEGER REFERENCES reports (id) ON DELETE CASCADE,
  report_name TEXT NOT NULL,
  trigger TEXT NOT NULL CHECK (trigger IN ('schedule', 'manual', 'test')),
  occurrence_ms INTEGER,
  state TEXT NOT NULL CHECK (state IN ('due', 'running', 'sending', 'sent', 'failed', 'skipped')),
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before_ms INTEGER NOT NULL,
  owner TEXT,
  lease_until_ms INTEGER,
  started_ms INTEGER,
  finished_ms INTEGER,
  error TEXT NOT NULL DEFAULT '',
  warnings TEXT NOT NULL DEFAULT '[]',
  recipients TEXT NOT NULL DEFAULT '[]',
  files TEXT NOT NULL DEFAULT '[]',
  UNIQUE (report_id, occurrence_ms)
) STRICT;
CREATE INDEX runs_state ON runs (state, not_before_ms);
CREATE INDEX runs_report ON runs (report_id, id);

-- One row: which process may send on schedule.
CREATE TABLE scheduler_lease (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  owner TEXT NOT NULL,
  until_ms INTEGER NOT NULL
) STRICT;

-- Service-account tokens, encrypted; the organisation id is bound in as associated data.
CREATE TABLE org_tokens (
  org_id INTEGER PRIMARY KEY,
  sealed BLOB NOT NULL,
  updated_ms INTEGER NOT NULL
) STRICT;

-- Small facts the program learnt and needs after a restart (Grafana's address).
CREATE TABLE facts (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
