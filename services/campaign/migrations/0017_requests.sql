-- Requests are forgotten after an hour; every second looked at all of them.
CREATE INDEX lease_requests_created ON lease_requests (created_at);
