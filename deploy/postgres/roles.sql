-- The roles of Clariva on PostgreSQL 13 or later, and what they may do. Run it as a superuser in Clariva's own database,
-- as often as you like: it brings everything to what is said here.
--
--   psql -X -v ON_ERROR_STOP=1 -1 -d clariva -f deploy/postgres/roles.sql
--
--   clariva_owner   owns the tables; `clariva migrate` logs in as it
--   clariva_app     reads and writes rows; `clariva serve` logs in as it, and refuses a role that may do more
--
-- Passwords are set apart, so that they are in no file. psql asks for each and sends only a hash:
--
--   psql -d clariva -c '\password clariva_owner'
--   psql -d clariva -c '\password clariva_app'
--
-- A role without a password cannot log in by password.

-- --- Roles. They belong to the whole server, not to the database.
DO $$
BEGIN
    CREATE ROLE clariva_owner;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; -- it is there, or somebody makes it at this moment
END
$$;
DO $$
BEGIN
    CREATE ROLE clariva_app;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

-- Row-level security holds for neither: not superuser, not BYPASSRLS (the owner is held by FORCE on each table).
-- Where nothing is to be changed nothing is: two who change a role at the same moment fail.
DO $$
BEGIN
    IF EXISTS (
        SELECT FROM pg_roles WHERE rolname IN ('clariva_owner', 'clariva_app')
            AND (NOT rolcanlogin OR rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication)
    ) THEN
        ALTER ROLE clariva_owner LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
        ALTER ROLE clariva_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION;
    END IF;
END
$$;

-- A role may do what the roles may of which it is a member: clariva_app is a member of none.
DO $$
DECLARE
    membership record;
BEGIN
    FOR membership IN
        SELECT roleid::regrole AS role FROM pg_auth_members WHERE member = 'clariva_app'::regrole
    LOOP
        EXECUTE format('REVOKE %s FROM clariva_app', membership.role);
    END LOOP;
END
$$;

-- --- The database and its schema. Before PostgreSQL 15 everybody could create tables in `public`.
DO $$
BEGIN
    EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC, clariva_app', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO clariva_owner, clariva_app', current_database());
END
$$;
REVOKE CREATE ON SCHEMA public FROM PUBLIC, clariva_app;
GRANT USAGE, CREATE ON SCHEMA public TO clariva_owner;
GRANT USAGE ON SCHEMA public TO clariva_app;

-- --- Tables that are there already, whoever made them; those of extensions stay as they are.
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT c.oid::regclass AS name, c.relname FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO clariva_owner', found.name);
        -- Neither TRUNCATE, which asks no policy, nor REFERENCES and TRIGGER, which change what a table does.
        EXECUTE format('REVOKE ALL ON TABLE %s FROM PUBLIC, clariva_app', found.name);
        IF found.relname = 'schema_migrations' THEN
            EXECUTE format('GRANT SELECT ON TABLE %s TO clariva_app', found.name);
        ELSIF found.relname = 'audit_log' THEN
            -- What is noted is not changed; of what may be deleted a policy sees to it that it is the oldest.
            EXECUTE format('GRANT SELECT, INSERT, DELETE ON TABLE %s TO clariva_app', found.name);
        ELSE
            EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE %s TO clariva_app', found.name);
        END IF;
    END LOOP;
END
$$;

-- --- Tables that `clariva migrate` will make. It takes the rights to write to schema_migrations and to change audit_log
-- away by itself.
ALTER DEFAULT PRIVILEGES FOR ROLE clariva_owner IN SCHEMA public REVOKE ALL ON TABLES FROM clariva_app;
ALTER DEFAULT PRIVILEGES FOR ROLE clariva_owner IN SCHEMA public
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO clariva_app;
