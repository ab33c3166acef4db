-- Who changed a campaign's state, when and why; G16 pauses what is over.

-- state_actor: a person's id, "G16" or "trunk", '' for the service itself and
-- for whoever gave no id. watched_from: a person has resumed it after G16 had
-- paused it; the breaker's rates count what was answered since.
ALTER TABLE campaigns
	ADD state_actor text NOT NULL DEFAULT '',
	ADD watched_from timestamptz NOT NULL DEFAULT '-infinity';

CREATE TABLE campaign_events (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	campaign_id text NOT NULL REFERENCES campaigns,
	old_state   smallint NOT NULL,
	state       smallint NOT NULL,
	actor       text NOT NULL,
	reason      text NOT NULL,
	created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX campaign_events_campaign ON campaign_events (campaign_id, id);
CREATE TRIGGER campaign_events_kept BEFORE UPDATE OR DELETE ON campaign_events
	FOR EACH ROW EXECUTE FUNCTION refuse_change();

-- Here, so that no way to change a state goes without its entry.
CREATE FUNCTION note_campaign_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	INSERT INTO campaign_events (campaign_id, old_state, state, actor,
		reason) VALUES (NEW.id, OLD.state, NEW.state, NEW.state_actor,
		NEW.state_reason);
	RETURN NULL;
END $$;
CREATE TRIGGER campaigns_noted AFTER UPDATE OF state ON campaigns
	FOR EACH ROW WHEN (OLD.state <> NEW.state)
	EXECUTE FUNCTION note_campaign_state();
