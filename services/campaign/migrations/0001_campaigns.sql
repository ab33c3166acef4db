-- Campaigns, contacts, the ledger of attempts, call events, do-not-call.
-- Names that end in _enc are sealed fields (lib/crypto), *_hash keyed hashes.

CREATE TABLE scripts (
	seq        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	script_id  text NOT NULL,
	version    int NOT NULL CHECK (version > 0),
	source     text NOT NULL,
	sha256     text NOT NULL,
	title      text NOT NULL,
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (script_id, version),
	UNIQUE (script_id, sha256)
);

CREATE TABLE campaigns (
	seq             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	id              text PRIMARY KEY,
	request_id      text UNIQUE,
	display_name    text NOT NULL,
	kind            smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
	script_id       text NOT NULL,
	script_version  int NOT NULL,
	state           smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 5),
	state_reason    text NOT NULL DEFAULT '',
	-- Minutes of the callee's day; NULL: the policy of the kind.
	call_from_min   smallint CHECK (call_from_min BETWEEN 0 AND 1440),
	call_until_min  smallint CHECK (call_until_min BETWEEN 0 AND 1440),
	max_attempts    int NOT NULL CHECK (max_attempts BETWEEN 1 AND 10),
	max_concurrent  int NOT NULL CHECK (max_concurrent BETWEEN 0 AND 10000),
	caller_id       text NOT NULL,
	bank_name       text NOT NULL,
	-- Calls in a row that the trunk failed.
	trunk_failures  int NOT NULL DEFAULT 0,
	created_at      timestamptz NOT NULL DEFAULT now(),
	started_at      timestamptz,
	ended_at        timestamptz,
	FOREIGN KEY (script_id, script_version) REFERENCES scripts
);

CREATE TABLE imports (
	id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	campaign_id text NOT NULL REFERENCES campaigns,
	accepted    int NOT NULL DEFAULT 0,
	rejected    int NOT NULL DEFAULT 0,
	header      text NOT NULL,
	created_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX imports_campaign ON imports (campaign_id);

CREATE TABLE rejected_rows (
	import_id bigint NOT NULL REFERENCES imports,
	line      int NOT NULL,
	reason    text NOT NULL,
	raw_enc   bytea NOT NULL,
	PRIMARY KEY (import_id, line)
);

-- state: 1 due, 2 leased, 3 done, as yinhu.v1.Contact.State.
CREATE TABLE contacts (
	id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	campaign_id     text NOT NULL REFERENCES campaigns,
	phone_hash      bytea NOT NULL,
	phone_enc       bytea NOT NULL,
	masked_enc      bytea NOT NULL,
	variables_enc   bytea NOT NULL,
	state           smallint NOT NULL DEFAULT 1 CHECK (state BETWEEN 1 AND 3),
	attempts        int NOT NULL DEFAULT 0,
	trunk_failures  int NOT NULL DEFAULT 0,
	disposition     text NOT NULL DEFAULT '',
	-- The guard that refused it at the last look.
	last_guard      text NOT NULL DEFAULT '',
	next_attempt_at timestamptz NOT NULL DEFAULT now(),
	UNIQUE (campaign_id, phone_hash)
);
CREATE INDEX contacts_due ON contacts (campaign_id, next_attempt_at, id)
	WHERE state = 1;
CREATE INDEX contacts_list ON contacts (campaign_id, id);

-- One row an attempt: the lease, then the call's record. id is the call id.
CREATE TABLE attempts (
	seq          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	id           text PRIMARY KEY,
	campaign_id  text NOT NULL REFERENCES campaigns,
	contact_id   bigint NOT NULL REFERENCES contacts,
	phone_hash   bytea NOT NULL,
	number       int NOT NULL,
	request_id   text NOT NULL,
	instance     text NOT NULL,
	caller_id    text NOT NULL,
	lease_until  timestamptz NOT NULL,
	live         boolean NOT NULL DEFAULT true,
	created_at   timestamptz NOT NULL DEFAULT now(),
	dialing_at   timestamptz,
	rang         boolean NOT NULL DEFAULT false,
	answered_at  timestamptz,
	ended_at     timestamptz,
	-- When the end was known here: what comes late is waited for from then.
	settled_at   timestamptz,
	outcome      smallint NOT NULL DEFAULT 0,
	hung_up_by   text NOT NULL DEFAULT '',
	ended_enc    bytea,
	dialog_enc   bytea,
	-- The dialog's word, until the record is terminal.
	dialog_disposition text NOT NULL DEFAULT '',
	quality_enc  bytea,
	score_enc    bytea,
	findings     int NOT NULL DEFAULT 0,
	disposition  text NOT NULL DEFAULT '',
	terminal     boolean NOT NULL DEFAULT false,
	terminal_at  timestamptz
);
-- One call at a time a callee, over all campaigns.
CREATE UNIQUE INDEX attempts_single_flight ON attempts (phone_hash)
	WHERE live;
CREATE INDEX attempts_phone ON attempts (phone_hash, created_at);
CREATE INDEX attempts_request ON attempts (request_id);
CREATE INDEX attempts_campaign ON attempts (campaign_id, seq);
CREATE INDEX attempts_open ON attempts (lease_until) WHERE NOT terminal;
CREATE INDEX attempts_live ON attempts (campaign_id) WHERE live;

CREATE TABLE lease_requests (
	request_id text PRIMARY KEY,
	created_at timestamptz NOT NULL DEFAULT now()
);

-- Why a contact was dialled or not. A refusal is kept once a contact and
-- guard, with the number of times and the last inputs.
CREATE TABLE decisions (
	id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	contact_id bigint NOT NULL REFERENCES contacts,
	attempt_id text REFERENCES attempts,
	guard      text NOT NULL,
	inputs     text NOT NULL,
	times      int NOT NULL DEFAULT 1,
	decided_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX decisions_refused ON decisions (contact_id, guard)
	WHERE attempt_id IS NULL;

CREATE TABLE call_events (
	event_id    text PRIMARY KEY,
	call_id     text NOT NULL REFERENCES attempts,
	kind        int NOT NULL,
	time_us     bigint NOT NULL,
	payload_enc bytea NOT NULL
);
CREATE INDEX call_events_call ON call_events (call_id, time_us);

CREATE TABLE dnc (
	id         bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	phone_hash bytea PRIMARY KEY,
	masked_enc bytea NOT NULL,
	source     text NOT NULL,
	reason     text NOT NULL,
	call_id    text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE trunks (
	trunk      text PRIMARY KEY,
	up         boolean NOT NULL,
	reason     text NOT NULL,
	since      timestamptz NOT NULL DEFAULT now()
);
