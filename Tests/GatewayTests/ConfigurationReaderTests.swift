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
        ("CLARIVA_DATABASE_URL", "postgres://localhost/clariva"),
        ("CLARIVA_DATABASE_URL", "mysql://localhost/clariva"),
        ("CLARIVA_HTTP_PORT", "65536"),
        ("CLARIVA_EDIT_HOLD_SECONDS", "-1"),
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
    ])
    func refuses(name: String, value: String) {
        #expect(!faults([name: value]).isEmpty)
    }

    @Test func saysThatPostgresIsNotBuiltInYet() {
        let found = faults(["CLARIVA_DATABASE_URL": "postgres://u:p@h/db"])
        #expect(found.map(\.problem) == ["PostgreSQL is not built in yet: use sqlite:PATH"])
    }

    @Test func takesPlainHTTPOnLoopback() {
        #expect(faults(["CLARIVA_INSTAGRAM_GRAPH_URL": "http://127.0.0.1:9090/instagram-graph"]).isEmpty)
        #expect(faults(["CLARIVA_FACEBOOK_AUTHORIZE_URL": "http://localhost:1/facebook/{version}/dialog"]).isEmpty)
        #expect(faults(["CLARIVA_PUBLIC_URL": "http://[::1]:8080/"]).isEmpty)
    }

    @Test func wantsAtLeastOneFlow() {
        let found = faults(["CLARIVA_INSTAGRAM_APP_ID": nil, "CLARIVA_INSTAGRAM_APP_SECRET": nil])
        #expect(found.map(\.variable) == ["CLARIVA_INSTAGRAM_APP_ID"])
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
