-- All guards, versioned policies, every decision a row, the global switch.

-- body: "name=value ..." (services/campaign/policy.def). A version never
-- changes.
CREATE TABLE policies (
	seq        bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
	kind       smallint NOT NULL CHECK (kind BETWEEN 1 AND 3),
	version    int NOT NULL CHECK (version > 0),
	body       text NOT NULL,
	author     text NOT NULL DEFAULT '',
	created_at timestamptz NOT NULL DEFAULT now(),
	PRIMARY KEY (kind, version)
);

-- One row: may anybody dial?
CREATE TABLE dialing (
	one        boolean PRIMARY KEY DEFAULT true CHECK (one),
	halted     boolean NOT NULL DEFAULT false,
	reason     text NOT NULL DEFAULT '',
	changed_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO dialing DEFAULT VALUES;

ALTER TABLE scripts
	ADD approved boolean NOT NULL DEFAULT true,
	ADD expires_at timestamptz;

-- purpose_key, contact facts: services/campaign/guards.h and facts.h.
ALTER TABLE campaigns
	ADD purpose text NOT NULL DEFAULT '',
	ADD purpose_key bigint NOT NULL DEFAULT 0,
	ADD product text NOT NULL DEFAULT '',
	ADD product_risk smallint NOT NULL DEFAULT 0
		CHECK (product_risk BETWEEN 0 AND 5),
	ADD weight int NOT NULL DEFAULT 1 CHECK (weight > 0),
	-- Attempts leased, divided by the weight: the smallest is served next.
	ADD served double precision NOT NULL DEFAULT 0,
	-- The last 30 minutes, written by the reconciler.
	ADD answered_30min int NOT NULL DEFAULT 0,
	ADD abandoned_permille int NOT NULL DEFAULT 0,
	ADD refusals_permille int NOT NULL DEFAULT 0,
	ADD findings_permille int NOT NULL DEFAULT 0;
UPDATE campaigns SET
	purpose = (ARRAY['marketing', 'service', 'collection'])[kind],
	purpose_key = (ARRAY[1747704175, 1457512036, 2142078097])[kind];
CREATE INDEX campaigns_served ON campaigns (served, seq) WHERE state = 2;

ALTER TABLE contacts
	ADD facts text NOT NULL DEFAULT '',
	-- The person behind several numbers; NULL: the number is the person.
	ADD person_hash bytea;
UPDATE contacts k SET facts = 'zone_from_min=480 zone_to_min=480 '
	'contact_purpose=' || c.purpose_key || ' relation=1'
	FROM campaigns c WHERE c.id = k.campaign_id;

ALTER TABLE attempts
	ADD person_hash bytea,
	ADD third_party boolean NOT NULL DEFAULT false,
	ADD abandoned boolean NOT NULL DEFAULT false,
	ADD severe boolean NOT NULL DEFAULT false;
UPDATE attempts SET person_hash = phone_hash;
ALTER TABLE attempts ALTER person_hash SET NOT NULL;
CREATE INDEX attempts_person ON attempts (person_hash, answered_at)
	WHERE answered_at IS NOT NULL;
CREATE INDEX attempts_answered ON attempts (answered_at)
	WHERE answered_at IS NOT NULL;
-- For debtors with several numbers, and their third parties.
CREATE INDEX attempts_debtor ON attempts (person_hash, created_at)
	WHERE person_hash <> phone_hash;

-- Append only, kept for auditors: no foreign keys, so that deleting a contact
-- needs no rewriting of history. guard is 'pass' or the one that refused;
-- retry_s 0 = never again, in Unix time.
ALTER TABLE decisions
	DROP CONSTRAINT decisions_contact_id_fkey,
	DROP CONSTRAINT decisions_attempt_id_fkey,
	DROP COLUMN times,
	ADD policy_version int NOT NULL DEFAULT 0,
	ADD retry_s bigint NOT NULL DEFAULT 0;
DROP INDEX decisions_refused;
CREATE INDEX decisions_contact ON decisions (contact_id, id);

-- scope '': everywhere, else a campaign's id. suppress '': do-not-call, else
-- why nobody may call: minor, deceased, litigation, complaint, fraud_victim,
-- staff, vip.
ALTER TABLE dnc
	ADD scope text NOT NULL DEFAULT '',
	ADD suppress text NOT NULL DEFAULT '',
	DROP CONSTRAINT dnc_pkey,
	ADD PRIMARY KEY (phone_hash, scope, suppress);
CREATE INDEX dnc_call ON dnc (call_id) WHERE call_id <> '';
-- Lists that come as a whole and must not grow old.
CREATE TABLE dnc_lists (
	source    text PRIMARY KEY,
	entries   int NOT NULL,
	loaded_at timestamptz NOT NULL DEFAULT now()
);

-- What is known of numbers to show; one that is not here is for all kinds.
-- kinds: bit k for kind k.
CREATE TABLE caller_ids (
	number     text PRIMARY KEY,
	kinds      int NOT NULL DEFAULT 14,
	cool_until timestamptz
);
UPDATE campaigns SET product = script_id;

-- A time on the guards' clock, which may be shifted (in a demo); 0 for none.
CREATE FUNCTION guard_s(t timestamptz, shift_s bigint) RETURNS bigint
	LANGUAGE sql IMMUTABLE PARALLEL SAFE
	AS $$ SELECT coalesce(extract(epoch from t)::bigint + shift_s, 0) $$;
