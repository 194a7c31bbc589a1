internal import COpenSSL

/// Compares two byte strings in a time that does not depend on their content. Lengths are not secret.
/// - Returns: whether they are equal.
public func constantTimeEqual(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    guard first.count == second.count else { return false }
    return unsafe first.withUnsafeBytes { a in
        unsafe second.withUnsafeBytes { b in
            unsafe CRYPTO_memcmp(a.baseAddress, b.baseAddress, a.count) == 0
        }
    }
}
