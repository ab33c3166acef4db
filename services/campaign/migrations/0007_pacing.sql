-- Pacing: calls a second and ramp-up by campaign, call-backs, abandoned calls,
-- health of caller ids, human agents.

-- pacing, as yinhu.v1.Campaign.Pacing: 0 without agents, 1 preview,
-- 2 progressive, 3 predictive. tokens: calls that may be placed at once,
-- refilled by cps since tokens_at.
ALTER TABLE campaigns
	ADD pacing smallint NOT NULL DEFAULT 0 CHECK (pacing BETWEEN 0 AND 3),
	ADD cps int NOT NULL DEFAULT 0 CHECK (cps BETWEEN 0 AND 1000),
	ADD ramp_s int NOT NULL DEFAULT 0 CHECK (ramp_s BETWEEN 0 AND 86400),
	ADD tokens double precision NOT NULL DEFAULT 0,
	ADD tokens_at timestamptz NOT NULL DEFAULT now();

-- When the callee asked to be called again.
ALTER TABLE attempts ADD call_back_at timestamptz;
CREATE INDEX attempts_created ON attempts USING brin (created_at);

-- A campaign's agents are paced by one dialer at a time: a pool that grows
-- wastes less. Who has not renewed for 5 s has lost it.
CREATE TABLE agent_pools (
	campaign_id text PRIMARY KEY REFERENCES campaigns,
	instance    text NOT NULL,
	seen_at     timestamptz NOT NULL DEFAULT now()
);
-- state: 1 away, 2 ready, 3 in call, 4 wrap-up, as yinhu.v1.Agent.State; the
-- first two are the agent's word, the others the dialer's. ready_seq and
-- dial_seq count "ready" and "dial" (preview).
CREATE TABLE agents (
	id           text PRIMARY KEY,
	campaign_id  text NOT NULL REFERENCES campaigns,
	display_name text NOT NULL DEFAULT '',
	address_enc  bytea NOT NULL,
	signed_in    boolean NOT NULL DEFAULT true,
	ready        boolean NOT NULL DEFAULT false,
	ready_seq    bigint NOT NULL DEFAULT 0,
	dial_seq     bigint NOT NULL DEFAULT 0,
	state        smallint NOT NULL DEFAULT 1,
	call_id      text NOT NULL DEFAULT '',
	changed_at   timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX agents_campaign ON agents (campaign_id) WHERE signed_in;
