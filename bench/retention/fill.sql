-- One million processed events of 100 tenants over 100 days, the newest of today, in the order of their arrival, as wide as
-- the service makes them: a sealed payload of 420 bytes, a mid of 160 characters, digests of 32 bytes, a sealed sender.
-- Variables: events (how many), tenants.
\set ON_ERROR_STOP on
CREATE OR REPLACE FUNCTION uuid_at(milliseconds bigint) RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (lpad(to_hex(milliseconds), 12, '0') || '7' || substr(md5(random()::text), 1, 3) || '8'
        || substr(md5(random()::text), 1, 15))::uuid
$$;
CREATE OR REPLACE FUNCTION noise(bytes integer) RETURNS bytea LANGUAGE sql VOLATILE AS $$
    SELECT substring(string_agg(sha512(random()::text::bytea), ''::bytea) FROM 1 FOR bytes)
    FROM generate_series(1, (bytes + 63) / 64)
$$;
CREATE TABLE IF NOT EXISTS bench_tenants AS
    SELECT n, uuid_at(1700000000000 + n) AS id FROM generate_series(0, :tenants - 1) n;
INSERT INTO events (tenant_id, id, received_at, app, object, account_id, container, siblings, dedup, deliveries, payload,
    state, reason, kind, mid, mid_digest, thread_digest, strategy, igsid, structure, attempts, due_at, updated_at)
SELECT t.id, uuid_at(at.ms), at.ms, 'instagram', 'instagram', '17841400000000' || lpad(t.n::text, 3, '0'), 'messaging', 1,
    substring(int8send(at.ms) FROM 3) || noise(32), 1, noise(420), 'done', 'replied', 'message',
    replace(replace(encode(noise(120), 'base64'), E'\n', ''), '/', '_'), noise(32), noise(32), 'payload', noise(45),
    '{"changesLength":0,"firstChangeField":null,"hasMessage":true,"hasMessageEdit":false,"hasRecipient":true,"hasSender":true}',
    0, NULL, at.ms + 900
FROM generate_series(0, :events - 1) e
CROSS JOIN LATERAL (SELECT (extract(epoch FROM now()) * 1000)::bigint - 8640000000
    + e::bigint * (8640000000 / :events) AS ms) at
JOIN bench_tenants t ON t.n = (e::bigint * 7919) % :tenants
ORDER BY e;
