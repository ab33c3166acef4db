-- Who is due stands in a table of its own: the state of a contact is in no
-- index any more, so that a lease and its end change the contact where it
-- stands, and not one page of each of its indexes as well.

-- Who leases or settles meanwhile waits, and then fails: a replica of before
-- knows nothing of this table. Nor can it add a contact that nobody looks for:
-- who does must say the state.
LOCK TABLE contacts IN ACCESS EXCLUSIVE MODE;
ALTER TABLE contacts ALTER state DROP DEFAULT;

-- A row a contact of state 1. Whoever takes it away has the contact.
CREATE TABLE due (
	contact_id      bigint NOT NULL,
	campaign_id     text NOT NULL,
	next_attempt_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO due SELECT id, campaign_id, next_attempt_at FROM contacts
	WHERE state = 1;
ALTER TABLE due ADD PRIMARY KEY (contact_id);
CREATE INDEX due_next ON due (campaign_id, next_attempt_at, contact_id);
ANALYZE due;

DROP INDEX contacts_due;
ALTER TABLE contacts DROP COLUMN next_attempt_at;
