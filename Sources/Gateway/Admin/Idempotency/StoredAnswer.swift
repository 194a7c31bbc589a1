internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import NIOCore
internal import Storage

/// An answer as it is kept for the next time that its request comes.
struct StoredAnswer: Codable, Sendable, Hashable {
    private var status: Int
    private var headers: [[String]]
    private var body: Data

    /// Whether an answer is one to keep: what was done, or what is wrong with the request. What failed, or came too often,
    /// is worth another try.
    static func isKept(_ status: HTTPTypes.HTTPResponse.Status) -> Bool {
        switch status.kind {
        case .successful: true
        case .clientError: status != .tooManyRequests
        default: false
        }
    }

    /// - Parameters:
    ///   - response: the answer without its body.
    ///   - body: as it was sent. The text of an API key is shown once and not kept, not even sealed.
    init(_ response: Response, body: [UInt8]) {
        status = response.status.code
        headers = response.headers.filter { $0.name != .contentLength }.map { [$0.name.canonicalName, $0.value] }
        self.body = Data(Self.withoutKey(body))
    }

    /// - Throws: ``StorageError/Kind/schema`` for bytes that are no stored answer.
    init(bytes: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            // A decoding error would be taken for the request's own.
            throw StorageError(.schema, "a stored answer cannot be read")
        }
    }

    /// For ``init(bytes:)``.
    func encoded() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(self)) }

    /// The answer as it was, marked as one that was given before.
    var response: Response {
        var fields = HTTPFields()
        for header in headers where header.count == 2 {
            if let name = HTTPField.Name(header[0]) { fields.append(HTTPField(name: name, value: header[1])) }
        }
        fields[.contentLength] = "\(body.count)"
        fields[.idempotencyReplayed] = "true"
        return Response(
            status: HTTPTypes.HTTPResponse.Status(code: status), headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }

    /// The member `key` of an answer's object is the text of an API key, and of nothing else. What cannot be read could hold
    /// one: it is left out.
    private static func withoutKey(_ body: [UInt8]) -> [UInt8] {
        guard let json = try? JSONValue.parse(body) else { return [] }
        guard var object = json.object, object["key"] != nil else { return body }
        object["key"] = nil
        return JSONValue.object(object).encoded()
    }
}
