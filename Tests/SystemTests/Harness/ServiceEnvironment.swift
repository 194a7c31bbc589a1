import Foundation

/// The whole environment of a service that talks to a sandbox.
enum ServiceEnvironment {
    /// - Parameters:
    ///   - port: where it listens.
    ///   - publicPort: where doctors and Meta come in; `nil` is `port`.
    ///   - database: `CLARIVA_DATABASE_URL`.
    ///   - meta: the sandbox's origin.
    ///   - extra: what is more, or different.
    static func make(
        port: Int, publicPort: Int? = nil, database: String, meta: String, extra: [String: String]
    ) -> [String: String] {
        let base = [
            "CLARIVA_HTTP_PORT": String(port), "CLARIVA_PUBLIC_URL": "http://localhost:\(publicPort ?? port)",
            "CLARIVA_DATABASE_URL": database,
            "CLARIVA_ENCRYPTION_KEYS": "k1:\(Data(repeating: 7, count: 32).base64EncodedString())",
            "CLARIVA_ADMIN_API_KEY": Clinic.adminKey, "CLARIVA_WEBHOOK_VERIFY_TOKEN": Clinic.verifyToken,
            "CLARIVA_INSTAGRAM_APP_ID": "300000000000001", "CLARIVA_INSTAGRAM_APP_SECRET": Clinic.instagramSecret,
            "CLARIVA_FACEBOOK_APP_ID": "400000000000001", "CLARIVA_FACEBOOK_APP_SECRET": Clinic.facebookSecret,
            "CLARIVA_INSTAGRAM_AUTHORIZE_URL": "\(meta)/instagram/oauth/authorize",
            "CLARIVA_INSTAGRAM_API_URL": "\(meta)/instagram-api",
            "CLARIVA_INSTAGRAM_GRAPH_URL": "\(meta)/instagram-graph",
            "CLARIVA_FACEBOOK_AUTHORIZE_URL": "\(meta)/facebook/dialog/oauth",
            "CLARIVA_FACEBOOK_GRAPH_URL": "\(meta)/facebook-graph", "CLARIVA_EDIT_HOLD_SECONDS": "1",
            // These callers ask in quick turns what became of things.
            "CLARIVA_RATE_LIMIT_PER_SECOND": "0",
        ]
        return base.merging(extra) { $1 }
    }
}
