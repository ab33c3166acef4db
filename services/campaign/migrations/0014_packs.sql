-- Rule packs of the bank's own are versions among the scripts and live the same
-- life (services/campaign/life.h); there their id is "packs/<id>", and a
-- script's id has no slash.

-- A row a pack; the version that is in force for all calls, NULL: none was ever
-- published.
CREATE TABLE packs (
	id      text PRIMARY KEY CHECK (starts_with(id, 'packs/')),
	version int,
	FOREIGN KEY (id, version) REFERENCES scripts
);
