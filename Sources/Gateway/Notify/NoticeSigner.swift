internal import Cryptography
internal import Foundation
internal import Tenancy

/// Signs calls of the operational webhook, as receivers' libraries know it (Standard Webhooks, "Signature scheme"):
/// HMAC-SHA256 over id, timestamp and body, joined by dots.
struct NoticeSigner: Sendable {
    /// Begins a secret that is written in base64.
    static let prefix = "whsec_"

    private let key: HMACKey

    /// - Parameter secret: `whsec_` and base64, or any other text, whose UTF-8 bytes are the key.
    /// - Throws: ``CryptographyError/keyLength`` for a secret that ``isGood(_:)`` refuses.
    init(_ secret: Secret) throws(CryptographyError) {
        guard let bytes = Self.bytes(of: secret) else { throw .keyLength }
        key = try HMACKey(bytes)
    }

    /// Whether a secret can be read and is long enough: 24 bytes, as the specification asks.
    static func isGood(_ secret: Secret) -> Bool { bytes(of: secret) != nil }

    private static func bytes(of secret: Secret) -> [UInt8]? {
        let bytes =
            secret.value.hasPrefix(prefix)
            ? Data(base64Encoded: String(secret.value.dropFirst(prefix.count))).map { [UInt8]($0) } ?? []
            : Array(secret.value.utf8)
        return bytes.count >= 24 ? bytes : nil
    }

    /// The headers of one call.
    /// - Parameters:
    ///   - id: the same for every attempt at one message.
    ///   - moment: of this attempt; receivers refuse old ones.
    func headers(id: String, at moment: Timestamp, body: [UInt8]) -> [(name: String, value: String)] {
        let seconds = "\(moment.milliseconds / 1000)"
        let code = key.authenticate(Array("\(id).\(seconds).".utf8) + body)
        return [
            ("webhook-id", id), ("webhook-timestamp", seconds),
            ("webhook-signature", "v1," + Data(code).base64EncodedString()),
        ]
    }
}
