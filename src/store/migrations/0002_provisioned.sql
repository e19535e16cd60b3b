-- JSON {"file", "allowUiUpdates", "body"}: which file defines the row, and what it said when it was last applied.
ALTER TABLE reports ADD COLUMN provisioned TEXT;
ALTER TABLE settings ADD COLUMN provisioned TEXT;
