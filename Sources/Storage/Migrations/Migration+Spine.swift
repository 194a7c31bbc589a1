extension Migration {
    /// The spine: tenants, connections, events, patients, conversations, messages, replies.
    ///
    /// Every tenant table has `PRIMARY KEY (tenant_id, id)`, and every unique index starts with `tenant_id`.
    /// What is sealed is BYTES; what is compared although sealed has a digest beside it.
    static let spine = Migration(
        number: 1, name: "spine", oldestProgram: 1,
        statements: [
            // MARK: Global tables, all small
            """
            CREATE TABLE tenants (
                id ID NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                flow TEXT NOT NULL,
                pending_flow TEXT,
                timezone TEXT NOT NULL,
                locale TEXT NOT NULL,
                return_url TEXT,
                automation TEXT NOT NULL CHECK (automation IN ('on', 'paused')),
                reply_rules TEXT NOT NULL,
                key_id TEXT NOT NULL,
                wrapped_key BYTES NOT NULL,
                revision INTEGER NOT NULL,
                created_at TIME NOT NULL,
                updated_at TIME NOT NULL
            )
            """,
            """
            CREATE TABLE routes (
                account_id TEXT NOT NULL PRIMARY KEY,
                tenant_id ID NOT NULL REFERENCES tenants (id),
                kind TEXT NOT NULL CHECK (kind IN ('account', 'alias')),
                claimed_at TIME NOT NULL
            )
            """,
            "CREATE INDEX routes_tenant ON routes (tenant_id)",
            """
            CREATE TABLE account_threads (
                digest BYTES NOT NULL,
                account_id TEXT NOT NULL,
                seen_at TIME NOT NULL,
                PRIMARY KEY (digest, account_id)
            )
            """,
            """
            CREATE TABLE connect_links (
                token_hash BYTES NOT NULL PRIMARY KEY,
                tenant_id ID NOT NULL REFERENCES tenants (id),
                flow TEXT NOT NULL,
                purpose TEXT NOT NULL CHECK (purpose IN ('connect', 'reconnect', 'manage')),
                return_url TEXT,
                created_at TIME NOT NULL,
                expires_at TIME NOT NULL,
                used_at TIME
            )
            """,
            """
            CREATE TABLE oauth_attempts (
                state_hash BYTES NOT NULL PRIMARY KEY,
                link_hash BYTES NOT NULL REFERENCES connect_links (token_hash),
                flow TEXT NOT NULL,
                browser_hash BYTES NOT NULL,
                choices BYTES,
                created_at TIME NOT NULL,
                expires_at TIME NOT NULL,
                used_at TIME
            )
            """,
            "CREATE INDEX oauth_attempts_link ON oauth_attempts (link_hash)",
            """
            CREATE TABLE api_keys (
                id ID NOT NULL PRIMARY KEY,
                name TEXT NOT NULL,
                prefix TEXT NOT NULL,
                hash BYTES NOT NULL,
                scope TEXT NOT NULL CHECK (scope IN ('admin', 'read', 'tenant')),
                tenant_id ID REFERENCES tenants (id),
                created_at TIME NOT NULL,
                last_used_at TIME,
                expires_at TIME,
                revoked_at TIME,
                CHECK ((scope = 'tenant') = (tenant_id IS NOT NULL))
            )
            """,

            // MARK: Tenant tables
            """
            CREATE TABLE connections (
                tenant_id ID NOT NULL REFERENCES tenants (id),
                id ID NOT NULL,
                flow TEXT NOT NULL,
                state TEXT NOT NULL
                    CHECK (state IN ('pending', 'active', 'degraded', 'reconnect_required', 'disconnected')),
                state_reason TEXT,
                instagram_page_id TEXT NOT NULL,
                facebook_page_id TEXT,
                aliases TEXT NOT NULL,
                app_user_id TEXT,
                username BYTES,
                token BYTES,
                token_issued_at TIME,
                token_expires_at TIME,
                scopes TEXT NOT NULL,
                subscribed_fields TEXT NOT NULL,
                paused_until TIME,
                senderless_own_seen INTEGER NOT NULL,
                last_webhook_at TIME,
                last_sent_at TIME,
                created_at TIME NOT NULL,
                updated_at TIME NOT NULL,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            """
            CREATE UNIQUE INDEX connections_answering ON connections (tenant_id)
                WHERE state IN ('active', 'degraded')
            """,
            """
            CREATE TABLE events (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                received_at TIME NOT NULL,
                app TEXT NOT NULL,
                object TEXT NOT NULL,
                account_id TEXT NOT NULL,
                container TEXT NOT NULL,
                siblings INTEGER NOT NULL,
                dedup BYTES NOT NULL,
                deliveries INTEGER NOT NULL,
                payload BYTES,
                state TEXT NOT NULL CHECK (state IN ('received', 'parked', 'done', 'failed')),
                reason TEXT,
                kind TEXT,
                mid TEXT,
                mid_digest BYTES,
                thread_digest BYTES,
                strategy TEXT,
                igsid BYTES,
                structure TEXT,
                attempts INTEGER NOT NULL,
                due_at TIME,
                updated_at TIME NOT NULL,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX events_dedup ON events (tenant_id, dedup)",
            "CREATE INDEX events_due ON events (due_at, id, tenant_id) WHERE due_at IS NOT NULL",
            "CREATE INDEX events_due_of_tenant ON events (tenant_id, due_at, id) WHERE due_at IS NOT NULL",
            "CREATE INDEX events_parked ON events (tenant_id, account_id, reason) WHERE state = 'parked'",
            "CREATE INDEX events_thread ON events (tenant_id, thread_digest) WHERE state = 'parked'",
            "CREATE INDEX events_held ON events (tenant_id, mid_digest) WHERE state = 'received'",
            """
            CREATE TABLE patients (
                tenant_id ID NOT NULL REFERENCES tenants (id),
                id ID NOT NULL,
                username BYTES,
                created_at TIME NOT NULL,
                PRIMARY KEY (tenant_id, id)
            )
            """,
            """
            CREATE TABLE addresses (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                patient_id ID NOT NULL,
                account_id TEXT NOT NULL,
                flow TEXT NOT NULL,
                channel TEXT NOT NULL CHECK (channel IN ('instagram', 'messenger')),
                igsid_digest BYTES NOT NULL,
                igsid BYTES NOT NULL,
                created_at TIME NOT NULL,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX addresses_known ON addresses (tenant_id, account_id, flow, channel, igsid_digest)",
            "CREATE INDEX addresses_patient ON addresses (tenant_id, patient_id)",
            """
            CREATE TABLE conversations (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                patient_id ID NOT NULL,
                account_id TEXT NOT NULL,
                channel TEXT NOT NULL CHECK (channel IN ('instagram', 'messenger')),
                automation TEXT NOT NULL CHECK (automation IN ('on', 'paused')),
                paused_until TIME,
                opted_out INTEGER NOT NULL,
                last_message_at TIME,
                last_inbound_at TIME,
                created_at TIME NOT NULL,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, patient_id) REFERENCES patients (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX conversations_known ON conversations (tenant_id, account_id, channel, patient_id)",
            """
            CREATE TABLE threads (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                digest BYTES NOT NULL,
                conversation_id ID NOT NULL,
                address_id ID NOT NULL,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id),
                FOREIGN KEY (tenant_id, address_id) REFERENCES addresses (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX threads_known ON threads (tenant_id, digest)",
            """
            CREATE TABLE messages (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                conversation_id ID NOT NULL,
                direction TEXT NOT NULL CHECK (direction IN ('inbound', 'outbound')),
                author TEXT NOT NULL CHECK (author IN ('patient', 'person', 'machine')),
                flow TEXT NOT NULL,
                kind TEXT NOT NULL,
                mid TEXT,
                mid_digest BYTES NOT NULL,
                item_digest BYTES,
                text BYTES,
                sent_at TIME NOT NULL,
                received_at TIME NOT NULL,
                edited_at TIME,
                deleted_at TIME,
                event_id ID,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX messages_mid ON messages (tenant_id, mid_digest)",
            "CREATE INDEX messages_item ON messages (tenant_id, item_digest)",
            "CREATE INDEX messages_conversation ON messages (tenant_id, conversation_id, sent_at, id)",
            """
            CREATE TABLE replies (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                conversation_id ID NOT NULL,
                in_reply_to ID,
                event_id ID,
                author TEXT NOT NULL CHECK (author IN ('machine', 'person')),
                rule TEXT,
                text BYTES,
                state TEXT NOT NULL CHECK (state IN
                    ('composing', 'queued', 'sending', 'sent', 'unknown', 'held', 'failed', 'expired', 'cancelled')),
                reason TEXT,
                attempts INTEGER NOT NULL,
                window_ends_at TIME NOT NULL,
                due_at TIME,
                created_at TIME NOT NULL,
                settled_at TIME,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversations (tenant_id, id),
                FOREIGN KEY (tenant_id, in_reply_to) REFERENCES messages (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX replies_once ON replies (tenant_id, in_reply_to) WHERE author = 'machine'",
            """
            CREATE UNIQUE INDEX replies_in_flight ON replies (tenant_id, conversation_id)
                WHERE state IN ('sending', 'unknown')
            """,
            "CREATE INDEX replies_conversation ON replies (tenant_id, conversation_id, id)",
            "CREATE INDEX replies_due ON replies (due_at, id) WHERE due_at IS NOT NULL",
            """
            CREATE TABLE reply_parts (
                tenant_id ID NOT NULL,
                id ID NOT NULL,
                reply_id ID NOT NULL,
                conversation_id ID NOT NULL,
                position INTEGER NOT NULL,
                text BYTES NOT NULL,
                text_digest BYTES NOT NULL,
                state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'unknown', 'failed', 'cancelled')),
                mid TEXT,
                mid_digest BYTES,
                sending_at TIME,
                unknown_at TIME,
                absent_readings INTEGER NOT NULL,
                settled_at TIME,
                PRIMARY KEY (tenant_id, id),
                FOREIGN KEY (tenant_id, reply_id) REFERENCES replies (tenant_id, id)
            )
            """,
            "CREATE UNIQUE INDEX reply_parts_order ON reply_parts (tenant_id, reply_id, position)",
            "CREATE UNIQUE INDEX reply_parts_mid ON reply_parts (tenant_id, mid_digest) WHERE mid_digest IS NOT NULL",
            """
            CREATE INDEX reply_parts_open ON reply_parts (tenant_id, conversation_id)
                WHERE state IN ('sending', 'unknown')
            """,
        ]
    )
}
