-- A caller id's health looks at the newest calls that ended, and at no more of
-- them, however many an hour has.
DROP INDEX attempts_created;
CREATE INDEX attempts_ended ON attempts (created_at)
	WHERE NOT live AND outcome NOT IN (7, 8);
