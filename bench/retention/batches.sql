-- What retention does in batches, as the service does it: one tenant, one page of ids, one transaction.
CREATE TABLE IF NOT EXISTS bench_batches (what text, rows bigint, milliseconds double precision);
CREATE OR REPLACE PROCEDURE age(what text, days integer, page integer, limit_rows bigint) LANGUAGE plpgsql AS $$
DECLARE
    tenant uuid;
    bound uuid := (lpad(to_hex((extract(epoch FROM now()) * 1000)::bigint - days * 86400000::bigint), 12, '0')
        || '00000000000000000000')::uuid;
    after uuid;
    until uuid;
    began timestamptz;
    changed bigint;
    total bigint := 0;
BEGIN
    FOR tenant IN SELECT id FROM bench_tenants ORDER BY n LOOP
        after := '00000000-0000-0000-0000-000000000000';
        LOOP
            began := clock_timestamp();
            SELECT id INTO until FROM events WHERE tenant_id = tenant AND id > after AND id < bound
                ORDER BY id LIMIT 1 OFFSET page - 1;
            until := coalesce(until, bound);
            IF what = 'payload' THEN
                UPDATE events SET payload = NULL WHERE tenant_id = tenant AND id > after AND id <= until
                    AND payload IS NOT NULL AND due_at IS NULL AND state <> 'received';
            ELSE
                DELETE FROM events WHERE tenant_id = tenant AND id > after AND id <= until
                    AND due_at IS NULL AND state <> 'received';
            END IF;
            GET DIAGNOSTICS changed = ROW_COUNT;
            COMMIT;
            INSERT INTO bench_batches VALUES (what, changed, 1000 * extract(epoch FROM clock_timestamp() - began));
            total := total + changed;
            EXIT WHEN until = bound OR total >= limit_rows;
            after := until;
        END LOOP;
        EXIT WHEN total >= limit_rows;
    END LOOP;
END
$$;
