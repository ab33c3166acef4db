-- The life of a script's version: services/campaign/life.h.

-- state: 1 draft, 2 in review, 3 approved, 4 rejected, as
-- yinhu.v1.Script.State. What was there before nobody has reviewed: it is a
-- draft, and guard G14 lets nobody be dialled with it.
ALTER TABLE scripts
	DROP COLUMN approved,
	ADD state smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 4),
	ADD author text NOT NULL DEFAULT '',
	ADD submitter text NOT NULL DEFAULT '',
	ADD reviewer text NOT NULL DEFAULT '',
	ADD review text NOT NULL DEFAULT '',
	ADD reviewed_at timestamptz,
	ADD signature text NOT NULL DEFAULT '',
	-- Nobody approves what they wrote or handed in.
	ADD CONSTRAINT scripts_two_people CHECK (state <> 3 OR
		(author <> '' AND reviewer <> '' AND signature <> '' AND
		 reviewer <> author AND reviewer <> submitter));

-- step: 1 create, 2 submit, 3 approve, 4 reject, 5 publish, 6 roll back, as
-- yinhu.v1.ScriptEvent.Step. For 5 and 6: where, and which version it took the
-- place of.
CREATE TABLE script_events (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	script_id   text NOT NULL,
	version     int NOT NULL,
	step        smallint NOT NULL CHECK (step BETWEEN 1 AND 6),
	actor       text NOT NULL,
	reason      text NOT NULL DEFAULT '',
	sha256      text NOT NULL,
	found       text NOT NULL DEFAULT '',
	campaign_id text,
	replaced    int,
	created_at  timestamptz NOT NULL DEFAULT now(),
	FOREIGN KEY (script_id, version) REFERENCES scripts
);
CREATE INDEX script_events_script ON script_events (script_id, id);
CREATE INDEX script_events_campaign ON script_events (campaign_id, id)
	WHERE campaign_id IS NOT NULL;

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	RAISE EXCEPTION '% is not changed and not deleted', TG_TABLE_NAME;
END $$;
CREATE TRIGGER script_events_kept BEFORE UPDATE OR DELETE ON script_events
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scripts_kept BEFORE DELETE ON scripts
	FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER scripts_immutable
	BEFORE UPDATE OF script_id, version, source, sha256, author, created_at
	ON scripts FOR EACH ROW EXECUTE FUNCTION refuse_change();
