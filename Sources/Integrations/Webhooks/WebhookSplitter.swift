/// Cuts the body of a webhook POST into its items, without a JSON parser.
///
/// It knows strings and brackets and the few keys of Meta's containers, and nothing of what an item holds: so an item
/// that a parser refuses (a lone surrogate, an integer beyond 64 bits) is one bad slice among good ones. A body may hold
/// several tenants' patients; each slice holds one item's bytes and no others. What is not understood is not dropped: an
/// entry or a body of unknown shape, and what is left behind the first broken bracket, becomes one
/// ``WebhookSlice/Container/whole`` slice. Time is linear and nesting costs no stack.
public enum WebhookSplitter {
    /// - Parameter body: the bytes as they came.
    /// - Returns: the items in their order; never empty.
    public static func split(_ body: [UInt8]) -> [WebhookSlice] {
        unsafe body.withUnsafeBufferPointer { unsafe split($0) }
    }

    /// Without a copy of the body.
    /// - Parameter body: the bytes as they came; read during the call only.
    /// - Returns: the items in their order; never empty.
    public static func split(_ body: UnsafeRawBufferPointer) -> [WebhookSlice] {
        unsafe split(body.bindMemory(to: UInt8.self))
    }

    private static func split(_ body: UnsafeBufferPointer<UInt8>) -> [WebhookSlice] {
        unsafe pieces(of: body).map { piece in
            WebhookSlice(
                object: piece.object, entryID: piece.entryID, container: piece.container, siblings: piece.siblings,
                bytes: unsafe Array(body[piece.range]))
        }
    }

    /// Where the items are: what ``split(_:)-([UInt8])`` copies out.
    static func pieces(of body: UnsafeBufferPointer<UInt8>) -> [Piece] {
        var walk = unsafe WebhookBodyWalk(body)
        walk.walk()
        return walk.pieces
    }

    /// One item's place in the body.
    struct Piece {
        var object = ""
        var entryID: String?
        var container: WebhookSlice.Container
        var siblings = 1
        var range: Range<Int>
    }
}
