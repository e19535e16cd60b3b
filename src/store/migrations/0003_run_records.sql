-- How each panel of a run came about, and milliseconds by stage. Names of callers for one send: the same name is the same run.
ALTER TABLE runs ADD COLUMN panels TEXT NOT NULL DEFAULT '[]';
ALTER TABLE runs ADD COLUMN timings TEXT NOT NULL DEFAULT '{}';
ALTER TABLE runs ADD COLUMN key TEXT;
CREATE UNIQUE INDEX runs_key ON runs (org_id, report_id, key) WHERE key IS NOT NULL;
