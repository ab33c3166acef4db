-- A callee is the person behind the numbers: never two calls to one person at
-- a time, and a call that was cut without a word may have been answered.
CREATE INDEX attempts_open_person ON attempts (person_hash)
	WHERE live OR (outcome = 8 AND ended_enc IS NULL);
