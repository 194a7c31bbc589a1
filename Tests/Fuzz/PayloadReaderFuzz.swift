// Compiled by scripts/fuzz into one module with the sources under test.

/// Any bytes as a webhook body, a JSON text, a signature header and a signed_request: nothing may crash, and what the
/// splitter cuts out must be there.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzPayloadReader(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let json = try? JSONValue.parse(bytes)
    checkSlices(of: bytes, isJSON: json != nil)
    if let json { checkEncoding(of: json) }

    let text = String(decoding: bytes, as: UTF8.self)
    _ = WebhookSignature(text)?.signer(of: bytes, among: [])
    precondition((try? SignedRequest(text, candidates: [])) == nil, "nobody signed it")
    return 0
}

private func checkSlices(of bytes: [UInt8], isJSON: Bool) {
    let slices = WebhookSplitter.split(bytes)
    let pieces = unsafe bytes.withUnsafeBufferPointer { unsafe WebhookSplitter.pieces(of: $0) }
    precondition(!slices.isEmpty, "a body vanished")
    precondition(slices.count == pieces.count)
    for (slice, piece) in zip(slices, pieces) {
        precondition(piece.range.lowerBound >= 0 && piece.range.upperBound <= bytes.count, "outside the body")
        precondition(slice.bytes == Array(bytes[piece.range]), "other bytes")
        precondition(slice.bytes.isEmpty == bytes.isEmpty && slice.siblings >= 1)
        precondition(slice.container != .whole || WebhookReader.read(slice) == nil)
        let isSliceJSON = (try? JSONValue.parse(slice.bytes)) != nil
        precondition(!isJSON || isSliceJSON, "cut JSON into something else")
        if let item = WebhookReader.read(slice) {
            precondition(isSliceJSON)
            precondition(item.timestamp.map { $0 > 0 } ?? true)
            precondition((item.kind == .standby) == (item.standbyKind != nil))
        }
    }
}

private func checkEncoding(of value: JSONValue) {
    precondition((try? JSONValue.parse(value.encoded())) == value, "written differently")
    let ascii = value.encoded(.meta)
    precondition(ascii.allSatisfy { $0 < 0x80 })
    precondition((try? JSONValue.parse(ascii)) == value, "written differently in Meta's way")
}
