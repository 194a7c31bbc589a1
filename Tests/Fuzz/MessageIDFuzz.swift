// Compiled by scripts/fuzz into one module with the sources under test.

/// Any text as a mid: what decodes must encode to the same bytes.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzMessageID(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    let text = String(decoding: bytes, as: UTF8.self)
    checkID(text)
    // The same bytes as the plain text of an id get past the coding much more often.
    checkID(EscapedBase64.encode(bytes))

    precondition(EscapedBase64.decode(EscapedBase64.encode(bytes)) == bytes)
    if let decoded = EscapedBase64.decode(text) {
        precondition(EscapedBase64.encode(decoded).utf8.elementsEqual(text.utf8), "two texts for one value")
    }
    return 0
}

private func checkID(_ text: String) {
    if let id = InstagramMessageID(text) {
        precondition(id.encoded.utf8.elementsEqual(text.utf8), "mid: two texts for one id")
        precondition(InstagramMessageID(account: id.account, thread: id.thread, item: id.item) == id)
        precondition(InstagramConversationID(id.conversationID) == id.conversation)
        precondition(id.createdAt >= 0)
        precondition(InstagramConversationID(text) == nil)
    }
    if let id = InstagramConversationID(text) {
        precondition(id.encoded.utf8.elementsEqual(text.utf8), "conversation: two texts for one id")
    }
}
