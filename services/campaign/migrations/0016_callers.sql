-- A caller id's health looks at the newest attempts and at no more of them,
-- however many an hour has.
DROP INDEX attempts_created;
CREATE INDEX attempts_created ON attempts USING brin (created_at, seq);
