-- What the inspector found, and what people say of it: services/campaign/review.h.

-- state: 1 pending, 2 confirmed, 3 rejected, as yinhu.v1.ReviewedFinding.State.
CREATE TABLE findings (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	call_id     text NOT NULL REFERENCES attempts,
	campaign_id text NOT NULL REFERENCES campaigns,
	rule        text NOT NULL,
	severity    smallint NOT NULL,
	-- The utterance, 0: the whole call.
	line        int NOT NULL,
	-- The yinhu.v1.Finding, with its quote.
	finding_enc bytea NOT NULL,
	state       smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
	created_at  timestamptz NOT NULL DEFAULT now(),
	UNIQUE (call_id, rule, line)
);
CREATE INDEX findings_queue ON findings (state, severity, id DESC);
CREATE INDEX findings_reviewed ON findings (rule, state) WHERE state > 1;

-- The newest of a finding is in force.
CREATE TABLE finding_verdicts (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	finding_id bigint NOT NULL REFERENCES findings,
	state      smallint NOT NULL CHECK (state BETWEEN 2 AND 3),
	actor      text NOT NULL,
	note_enc   bytea NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX finding_verdicts_finding ON finding_verdicts (finding_id, id);
CREATE TRIGGER finding_verdicts_kept BEFORE UPDATE OR DELETE
	ON finding_verdicts FOR EACH ROW EXECUTE FUNCTION refuse_change();
