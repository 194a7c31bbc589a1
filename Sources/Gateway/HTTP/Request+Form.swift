internal import Hummingbird

extension Request {
    /// Bytes of a form at most, since anybody may send one.
    static let largestForm = 16 << 10

    /// A page's form, or Meta's.
    /// - Throws: `NIOTooManyBytesError`; anything else for what is no such form.
    func form<Asked: Decodable>(_ type: Asked.Type) async throws -> Asked {
        let body = try await body.collect(upTo: Self.largestForm)
        return try URLEncodedFormDecoder().decode(type, from: String(buffer: body))
    }
}
