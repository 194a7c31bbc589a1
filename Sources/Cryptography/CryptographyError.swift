/// What can go wrong in this module. Never says which secret, key or text it was about.
public enum CryptographyError: Error, Sendable, Hashable, CustomStringConvertible {
    /// libcrypto refused an operation that cannot fail on good input: out of memory, or a broken provider.
    case library(String)
    /// A key has the wrong length.
    case keyLength
    /// A sealed value is shorter than its header or of an unknown version.
    case malformed
    /// The tag does not match: wrong key, wrong associated data, or a changed value.
    case authentication

    /// What failed; safe to log.
    public var description: String {
        switch self {
        case .library(let operation): "libcrypto: \(operation) failed"
        case .keyLength: "key has the wrong length"
        case .malformed: "sealed value is malformed"
        case .authentication: "sealed value does not authenticate"
        }
    }
}
