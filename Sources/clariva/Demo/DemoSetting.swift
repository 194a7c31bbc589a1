import Cryptography
import Foundation

/// Everything that the two processes need to know of each other: apps, keys and addresses, made anew for each run.
struct DemoSetting: Sendable {
    /// Seconds that an edit without its message is held; short, so that the demo need not wait long.
    private static let editHold = 2

    let apiKey = Self.secret()
    let verifyToken = Self.secret()
    let instagramSecret = Self.secret()
    let facebookSecret = Self.secret()
    let encryptionKey = Data(RandomBytes.make(32)).base64EncodedString()
    let instagramApp = "300000000000001"
    let facebookApp = "400000000000001"

    private static func secret() -> String { Hex.encode(RandomBytes.make(20)) }

    /// What no log may hold.
    var secrets: [String] { [apiKey, verifyToken, instagramSecret, facebookSecret, encryptionKey] }

    /// The sandbox's arguments.
    var sandboxArguments: [String] {
        [
            "sandbox", "--port", "0", "--verify-token", verifyToken, "--instagram-app",
            "\(instagramApp):\(instagramSecret)", "--facebook-app", "\(facebookApp):\(facebookSecret)",
            "--require-app-secret-proof",
        ]
    }

    /// The service's variables.
    /// - Parameters:
    ///   - port: where it listens.
    ///   - sandbox: the sandbox's base address.
    ///   - folder: of the database.
    func serviceVariables(port: Int, sandbox: String, folder: URL) -> [String: String] {
        Self.inherited.merging([
            "CLARIVA_HTTP_HOST": "127.0.0.1", "CLARIVA_HTTP_PORT": "\(port)",
            "CLARIVA_PUBLIC_URL": "http://localhost:\(port)",
            "CLARIVA_DATABASE_URL": "sqlite:\(folder.appending(path: "demo.db").path(percentEncoded: false))",
            "CLARIVA_ENCRYPTION_KEYS": "demo:\(encryptionKey)", "CLARIVA_ADMIN_API_KEY": apiKey,
            "CLARIVA_WEBHOOK_VERIFY_TOKEN": verifyToken,
            "CLARIVA_INSTAGRAM_APP_ID": instagramApp, "CLARIVA_INSTAGRAM_APP_SECRET": instagramSecret,
            "CLARIVA_FACEBOOK_APP_ID": facebookApp, "CLARIVA_FACEBOOK_APP_SECRET": facebookSecret,
            "CLARIVA_INSTAGRAM_AUTHORIZE_URL": "\(sandbox)/instagram/oauth/authorize",
            "CLARIVA_INSTAGRAM_API_URL": "\(sandbox)/instagram-api",
            "CLARIVA_INSTAGRAM_GRAPH_URL": "\(sandbox)/instagram-graph",
            "CLARIVA_FACEBOOK_AUTHORIZE_URL": "\(sandbox)/facebook/dialog/oauth",
            "CLARIVA_FACEBOOK_GRAPH_URL": "\(sandbox)/facebook-graph",
            "CLARIVA_EDIT_HOLD_SECONDS": "\(Self.editHold)", "CLARIVA_LOG_FORMAT": "json",
            // It asks in quick turns what has become of a message.
            "CLARIVA_RATE_LIMIT_PER_SECOND": "0",
        ]) { _, ours in ours }
    }

    /// What a program needs to be found and to run; none of our own variables.
    static var inherited: [String: String] {
        ProcessInfo.processInfo.environment.filter { name, _ in
            ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR", "LANG", "TZ"].contains(name)
        }
    }
}
