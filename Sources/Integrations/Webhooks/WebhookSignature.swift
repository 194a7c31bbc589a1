internal import Cryptography

/// The value of `X-Hub-Signature-256`: HMAC-SHA256 over the raw body (Meta, "Webhooks: validating payloads").
///
/// Meta does not say which of an app's secrets signs what, so every configured one is tried, and the one that fits tells
/// the flow. The older `X-Hub-Signature` (SHA-1) is not read. Never show what was expected to whoever sent a bad one.
public struct WebhookSignature: Sendable {
    private static let prefix = "sha256="
    private let code: [UInt8]

    /// Strict: `sha256=` and 64 hexadecimal digits of either case, nothing else.
    /// - Parameter header: the header's value.
    public init?(_ header: String) {
        guard header.utf8.count == Self.prefix.utf8.count + 64, header.hasPrefix(Self.prefix),
            let code = Hex.decode(header.dropFirst(Self.prefix.count))
        else { return nil }
        self.code = code
    }

    /// - Parameters:
    ///   - body: the bytes as they came over the wire; a JSON that was written anew has another signature.
    ///   - candidates: every configured secret, in the order of preference.
    /// - Returns: the secret that signed the body; `nil` where none did.
    public func signer(of body: [UInt8], among candidates: [WebhookSecret]) -> WebhookSecret? {
        candidates.signer(of: code, over: body)
    }

    /// Without a copy of the body; see ``signer(of:among:)-([UInt8],_)``.
    /// - Parameters:
    ///   - body: read during the call only.
    ///   - candidates: every configured secret.
    public func signer(of body: UnsafeRawBufferPointer, among candidates: [WebhookSecret]) -> WebhookSecret? {
        unsafe candidates.signer(of: code, over: body)
    }
}
