internal import Hummingbird

extension Request {
    /// A page's form: 16 KiB at most, since anybody may send one.
    func form<Asked: Decodable>(_ type: Asked.Type) async throws -> Asked {
        let body = try await body.collect(upTo: 16 << 10)
        return try URLEncodedFormDecoder().decode(type, from: String(buffer: body))
    }
}
