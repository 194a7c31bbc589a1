import Gateway
import Testing

@Suite struct ConfigurationReaderTests {
    private static let key = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private static let valid = [
        "CLARIVA_ENCRYPTION_KEYS": key, "CLARIVA_WEBHOOK_VERIFY_TOKEN": "token",
        "CLARIVA_INSTAGRAM_APP_ID": "300000000000001", "CLARIVA_INSTAGRAM_APP_SECRET": "secret",
    ]

    private func faults(_ changes: [String: String?]) -> [ConfigurationFault] {
        var values = Self.valid
        for (name, value) in changes { values[name] = value }
        do {
            _ = try ConfigurationReader(values).read()
            return []
        } catch {
            return error.faults
        }
    }

    @Test func fillsInTheDefaults() throws {
        let configuration = try ConfigurationReader(Self.valid).read()
        #expect(configuration.port == 8080)
        #expect(configuration.publicURL == "http://localhost:8080")
        #expect(configuration.database == .sqlite(path: "clariva.db"))
        #expect(configuration.facebook == nil)
        #expect(configuration.instagram?.graphURL == "https://graph.instagram.com")
        #expect(configuration.pipeline.messagingWindow == 86_400)
        #expect(try configuration.webhookSecrets().count == 1)
    }

    @Test(arguments: [
        "postgres://clariva_app:pass%20word@db.example:6432/clariva?sslmode=verify-full&clariva_prepared=off",
        "postgresql:///clariva?host=/run/postgresql",
    ])
    func takesAnAddressOfPostgreSQLAndNeverShowsIt(_ url: String) throws {
        var values = Self.valid
        values["CLARIVA_DATABASE_URL"] = url
        let configuration = try ConfigurationReader(values).read()
        guard case .postgres(let server) = configuration.database else {
            Issue.record("the database is not PostgreSQL")
            return
        }
        #expect(server.usesPreparedStatements == !url.contains("clariva_prepared=off"))
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, "\(configuration.database)", String(reflecting: configuration.database)] {
            #expect(!text.contains("word"))
            #expect(!text.contains("postgresql:"))
        }
    }

    @Test func saysWhatIsWrongWithTheAddressOfADatabase() {
        func problem(_ url: String) -> String { faults(["CLARIVA_DATABASE_URL": url]).map(\.problem).joined() }
        #expect(problem("mysql://u:pw@h/d") == "must be sqlite:PATH or postgres://...")
        #expect(problem("postgres://u:pw@h/d?clariva_prepared=1").contains("clariva_prepared must be on or off"))
        #expect(problem("postgres://u:pw@h/d?clariva_connections=0").contains("from 1 to 1000"))
        #expect(
            problem("postgres://u:pw@h/d?clariva_pool=1").contains("clariva_prepared and clariva_connections alone"))
        #expect(problem("postgres://u:p%w@h/d").contains("percent-encoded"))
    }

    @Test func reportsEveryFaultAtOnceAndNoValue() {
        let found = faults([
            "CLARIVA_ENCRYPTION_KEYS": nil, "CLARIVA_WEBHOOK_VERIFY_TOKEN": nil, "CLARIVA_HTTP_PORT": "x77777",
            "CLARIVA_INSTAGRAM_APP_SECRET": nil, "CLARIVA_PUBLIC_URL": "http://practice.example",
            "CLARIVA_LOG_FORMAT": "xml-like",
        ])
        #expect(
            Set(found.map(\.variable)) == [
                "CLARIVA_ENCRYPTION_KEYS", "CLARIVA_WEBHOOK_VERIFY_TOKEN", "CLARIVA_HTTP_PORT",
                "CLARIVA_INSTAGRAM_APP_SECRET", "CLARIVA_PUBLIC_URL", "CLARIVA_LOG_FORMAT",
            ])
        let text = ConfigurationFaults(found).description
        for value in ["x77777", "practice.example", "xml-like"] { #expect(!text.contains(value)) }
    }

    @Test(arguments: [
        ("CLARIVA_ENCRYPTION_KEYS", "k1:AAAA"),
        ("CLARIVA_ENCRYPTION_KEYS", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
        ("CLARIVA_ENCRYPTION_KEYS", key + "," + key),
        ("CLARIVA_ENCRYPTION_KEYS", key + ","),
        ("CLARIVA_WEBHOOK_VERIFY_TOKEN", "<random-text>"),
        ("CLARIVA_DATABASE_URL", "sqlite:"),
        ("CLARIVA_DATABASE_URL", "postgres:localhost/clariva"),
        ("CLARIVA_DATABASE_URL", "postgres://clariva:pass%zzword@db/clariva"),
        ("CLARIVA_DATABASE_URL", "postgres://clariva@db/clariva?sslmod=require"),
        ("CLARIVA_DATABASE_URL", "postgres://clariva@db/clariva?clariva_prepared=no"),
        ("CLARIVA_DATABASE_URL", "postgres://clariva@db/clariva?clariva_connections=many"),
        ("CLARIVA_DATABASE_URL", "mysql://localhost/clariva"),
        ("CLARIVA_HTTP_PORT", "65536"),
        ("CLARIVA_EDIT_HOLD_SECONDS", "-1"),
        ("CLARIVA_RATE_LIMIT_PER_SECOND", "-1"),
        ("CLARIVA_INSTAGRAM_GRAPH_URL", "http://graph.example"),
        ("CLARIVA_INSTAGRAM_GRAPH_URL", "https://graph.example/?a=b"),
        ("CLARIVA_INSTAGRAM_GRAPH_URL", "http://127.example.org"),
        ("CLARIVA_INSTAGRAM_APP_ID", "my app"),
        ("CLARIVA_FACEBOOK_APP_ID", "400000000000001"),
        ("CLARIVA_GRAPH_VERSION", "25"),
        ("CLARIVA_ADMIN_API_KEY", "short"),
        ("CLARIVA_RETURN_URL_HOSTS", "https://practice.example/x"),
        ("CLARIVA_JWT_ISSUER", "https://issuer.example"),
        ("CLARIVA_NOTIFY_URL", "https://hook.example"),
        ("CLARIVA_BACKUP_RETENTION_DAYS", "-1"), ("CLARIVA_BACKUP_RETENTION_DAYS", "36501"),
    ])
    func refuses(name: String, value: String) {
        #expect(!faults([name: value]).isEmpty)
    }

    @Test(arguments: [
        ("CLARIVA_RETENTION_PAYLOAD_DAYS", "0"), ("CLARIVA_RETENTION_PAYLOAD_DAYS", "-1"),
        ("CLARIVA_RETENTION_PAYLOAD_DAYS", "91"), ("CLARIVA_RETENTION_EVENT_DAYS", "0"),
        ("CLARIVA_RETENTION_EVENT_DAYS", "6"), ("CLARIVA_RETENTION_EVENT_DAYS", "36501"),
        ("CLARIVA_RETENTION_EVENT_DAYS", "90.5"), ("CLARIVA_RETENTION_MESSAGE_DAYS", "6"),
        ("CLARIVA_RETENTION_MESSAGE_DAYS", "-1"), ("CLARIVA_RETENTION_MESSAGE_DAYS", "99999999999999999999"),
        ("CLARIVA_RETENTION_AUDIT_DAYS", "0"), ("CLARIVA_RETENTION_AUDIT_DAYS", "forever"),
    ])
    func refusesAgesThatMeanNothing(name: String, value: String) {
        let found = faults([name: value])
        #expect(found.map(\.variable) == [name])
        #expect(found.allSatisfy { !$0.problem.contains(value) || value.count < 3 })
    }

    @Test func readsHowLongThingsAreKept() throws {
        var values = Self.valid
        let standard = try ConfigurationReader(values).read().retention
        #expect(
            [standard.payloadDays, standard.eventDays, standard.messageDays, standard.auditDays] == [30, 90, 0, 2190])
        values["CLARIVA_RETENTION_MESSAGE_DAYS"] = "365"
        values["CLARIVA_RETENTION_EVENT_DAYS"] = "7"
        let short = try ConfigurationReader(values).read().retention
        // Nobody asked for payloads of 30 days: they go with their events.
        #expect([short.payloadDays, short.eventDays, short.messageDays] == [7, 7, 365])
        #expect(try ConfigurationReader(values).read().pipeline.backupDays == 35)
        values["CLARIVA_BACKUP_RETENTION_DAYS"] = "0"
        #expect(try ConfigurationReader(values).read().pipeline.backupDays == 0)
    }

    /// Its pages link from the root.
    @Test func theServiceHasAHostOfItsOwn() {
        for url in ["https://practice.example/base", "https://practice.example/base/"] {
            #expect(faults(["CLARIVA_PUBLIC_URL": url]).map(\.variable) == ["CLARIVA_PUBLIC_URL"])
        }
        #expect(faults(["CLARIVA_PUBLIC_URL": "https://practice.example/"]).isEmpty)
    }

    @Test func takesPlainHTTPOnLoopback() {
        #expect(faults(["CLARIVA_INSTAGRAM_GRAPH_URL": "http://127.0.0.1:9090/instagram-graph"]).isEmpty)
        #expect(faults(["CLARIVA_FACEBOOK_AUTHORIZE_URL": "http://localhost:1/facebook/{version}/dialog"]).isEmpty)
        #expect(faults(["CLARIVA_PUBLIC_URL": "http://[::1]:8080/"]).isEmpty)
    }

    @Test func tellsOwnersByAGoodSecretAlone() throws {
        let url = "https://hook.example/clariva/"
        for secret in ["short", "whsec_c2hvcnQ="] {
            let found = faults(["CLARIVA_NOTIFY_URL": url, "CLARIVA_NOTIFY_SECRET": secret])
            #expect(found.map(\.variable) == ["CLARIVA_NOTIFY_SECRET"])
            #expect(found.allSatisfy { !$0.problem.contains(secret) })
        }
        let good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        #expect(faults(["CLARIVA_NOTIFY_URL": "http://hook.example", "CLARIVA_NOTIFY_SECRET": good]).count == 1)
        let values = Self.valid.merging(["CLARIVA_NOTIFY_URL": url, "CLARIVA_NOTIFY_SECRET": good]) { $1 }
        // Its last slash is a part of it.
        #expect(try ConfigurationReader(values).read().notify?.url == url)
    }

    @Test func wantsAtLeastOneFlow() {
        let found = faults(["CLARIVA_INSTAGRAM_APP_ID": nil, "CLARIVA_INSTAGRAM_APP_SECRET": nil])
        #expect(found.map(\.variable) == ["CLARIVA_INSTAGRAM_APP_ID"])
    }

    private static let tokens = [
        "CLARIVA_JWT_ISSUER": "https://id.example/", "CLARIVA_JWT_AUDIENCE": "clariva",
        "CLARIVA_JWT_JWKS": "https://id.example/keys/", "CLARIVA_JWT_TENANT_CLAIM": "practice",
    ]

    @Test func takesTokensOfAProviderWholeOrNotAtAll() throws {
        var values = Self.valid
        #expect(try ConfigurationReader(values).read().jwt == nil)
        values.merge(Self.tokens) { $1 }
        let jwt = try #require(try ConfigurationReader(values).read().jwt)
        // Nothing is cut off: issuers are compared byte by byte, and an address may end with a slash.
        #expect(jwt.issuer == "https://id.example/" && jwt.keySet == .url("https://id.example/keys/"))
        #expect(jwt.audience == "clariva" && jwt.tenantClaim == "practice")
        for missing in Self.tokens.keys {
            let found = faults(Self.tokens.mapValues(Optional.init).merging([missing: nil]) { $1 })
            #expect(found.map(\.variable) == [missing] && found[0].problem.hasPrefix("is missing"))
        }
        for only in Self.tokens {
            #expect(faults([only.key: only.value]).count == Self.tokens.count - 1)
        }
    }

    @Test func takesAKeySetsAddressOrPath() throws {
        func keySet(_ text: String) throws -> GatewayConfiguration.KeySetLocation? {
            let changed = Self.tokens.merging(["CLARIVA_JWT_JWKS": text]) { $1 }
            return try ConfigurationReader(Self.valid.merging(changed) { $1 }).read().jwt?.keySet
        }
        for path in ["/etc/clariva/keys.json", "./keys.json", "../keys/set.json"] {
            #expect(try keySet(path) == .file(path: path))
        }
        for url in ["http://127.0.0.1:8081/keys", "http://localhost/k", "https://id.example/keys?tenant=a"] {
            #expect(try keySet(url) == .url(url))
        }
    }

    @Test(arguments: [
        ("CLARIVA_JWT_JWKS", "http://id.example/keys"), ("CLARIVA_JWT_JWKS", "file:///etc/keys.json"),
        ("CLARIVA_JWT_JWKS", "id.example/keys"), ("CLARIVA_JWT_JWKS", "keys.json"),
        ("CLARIVA_JWT_JWKS", "https://user:pw@id.example/keys"), ("CLARIVA_JWT_JWKS", "ftp://id.example/keys"),
        ("CLARIVA_JWT_JWKS", "https://"), ("CLARIVA_JWT_JWKS", "<url-or-path>"), ("CLARIVA_JWT_ISSUER", "my provider"),
        ("CLARIVA_JWT_ISSUER", String(repeating: "x", count: 201)), ("CLARIVA_JWT_AUDIENCE", "one two"),
        ("CLARIVA_JWT_TENANT_CLAIM", "the claim"), ("CLARIVA_JWT_TENANT_CLAIM", "<claim>"),
    ])
    func refusesAnOddWordAboutTokens(name: String, value: String) {
        let found = faults(Self.tokens.mapValues(Optional.init).merging([name: value]) { $1 })
        #expect(Set(found.map(\.variable)) == [name])
        #expect(found.allSatisfy { !$0.problem.contains(value) })
    }

    @Test func namesTheNearestKnownVariable() {
        let reader = ConfigurationReader(["CLARIVA_HTP_PORT": "1", "CLARIVA_HTTP_PORT": "1", "PATH": ""])
        #expect(reader.warnings.map(\.variable) == ["CLARIVA_HTP_PORT"])
        #expect(reader.warnings.first?.problem.contains("CLARIVA_HTTP_PORT") == true)
    }

    @Test func hidesSecretsInDescriptions() throws {
        var values = Self.valid
        values["CLARIVA_ADMIN_API_KEY"] = "0123456789abcdef"
        let configuration = try ConfigurationReader(values).read()
        #expect(!"\(String(describing: configuration.adminAPIKey))".contains("0123456789abcdef"))
    }
}
