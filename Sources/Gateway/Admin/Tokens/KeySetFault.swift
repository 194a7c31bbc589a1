internal import Integrations

/// Why a key set cannot be used. Names no address and holds nothing of the set.
enum KeySetFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nobody answered.
    case transport(TransportError)
    /// Somebody answered with this status in place of 200. Redirects are not followed.
    case status(Int)
    /// No file that can be read.
    case file
    /// Larger than a set of keys is.
    case tooLarge
    /// No JSON object with a list `keys`.
    case malformed
    /// Not one key of it can verify a signature.
    case noKeys

    /// Safe for logs.
    var description: String {
        switch self {
        case .transport(let error): error.description
        case .status(let status): "HTTP \(status)"
        case .file: "the file cannot be read"
        case .tooLarge: "more than \(KeySetReader.limit >> 10) KiB"
        case .malformed: "no JSON Web Key Set"
        case .noKeys: "it holds no key that can verify a signature"
        }
    }
}
