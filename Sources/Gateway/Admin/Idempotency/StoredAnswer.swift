internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Integrations
internal import NIOCore
internal import Storage

/// An answer as it is kept for the next time that its request comes.
///
/// Kept as one line of JSON for status and headers, then the body as it was sent: whoever erases a patient looks into these
/// bytes for what names the patient.
struct StoredAnswer: Sendable, Hashable {
    private struct Head: Codable, Hashable {
        var status: Int
        var headers: [[String]]
    }

    private var head: Head
    private var body: [UInt8]

    /// Whether an answer is one to keep: what was done, or what is wrong with the request. What failed, or says when to try
    /// again, is worth another try.
    static func isKept(_ status: HTTPTypes.HTTPResponse.Status, _ headers: HTTPFields) -> Bool {
        switch status.kind {
        case .successful: true
        case .clientError: status != .tooManyRequests && headers[.retryAfter] == nil
        default: false
        }
    }

    /// - Parameters:
    ///   - response: the answer without its body.
    ///   - body: as it was sent. The text of an API key is shown once and not kept, not even sealed.
    init(_ response: Response, body: [UInt8]) {
        head = Head(
            status: response.status.code,
            headers: response.headers.filter { $0.name != .contentLength }.map { [$0.name.canonicalName, $0.value] })
        self.body = Self.withoutKey(body)
    }

    /// - Throws: ``StorageError/Kind/schema`` for bytes that are no stored answer.
    init(bytes: [UInt8]) throws {
        // The encoder writes no line break.
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let head = try? JSONDecoder().decode(Head.self, from: Data(parts[0])) else {
            // A decoding error would be taken for the request's own.
            throw StorageError(.schema, "a stored answer cannot be read")
        }
        self.head = head
        body = Array(parts[1])
    }

    /// For ``init(bytes:)``.
    func encoded() throws -> [UInt8] { [UInt8](try JSONEncoder().encode(head)) + [UInt8(ascii: "\n")] + body }

    /// The answer as it was, marked as one that was given before.
    var response: Response {
        var fields = HTTPFields()
        for header in head.headers where header.count == 2 {
            if let name = HTTPField.Name(header[0]) { fields.append(HTTPField(name: name, value: header[1])) }
        }
        fields[.contentLength] = "\(body.count)"
        fields[.idempotencyReplayed] = "true"
        return Response(
            status: HTTPTypes.HTTPResponse.Status(code: head.status), headers: fields,
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
