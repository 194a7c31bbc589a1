/// One walk over a webhook body: `{object, entry: [{id, messaging: [item, ...]}]}` in all its variants.
///
/// Keys come in any order, so an item's entry id and object are filled in when its entry and its body end.
struct WebhookBodyWalk {
    private(set) var pieces: [WebhookSplitter.Piece] = []
    private var scanner: StructuralScanner
    /// Where understanding ended: a bracket or a string that does not close, or something where it cannot be.
    private var brokenAt: Int?
    /// The object of the body in which it ended. The entry does not count: what is left may hold other entries' items.
    private var brokenObject = ""

    private typealias Sign = StructuralScanner.Sign

    init(_ body: UnsafeBufferPointer<UInt8>) {
        unsafe scanner = StructuralScanner(body)
    }

    mutating func walk() {
        guard scanner.end > 0 else { return append(.whole, 0..<0) }
        switch scanner.peek() {
        case Sign.openBrace: walkBody()
        case Sign.openBracket:
            let opened = scanner.position
            let bodies = walkElements { walk in walk.walkBody() }
            if bodies == 0 && brokenAt == nil { append(.whole, opened..<scanner.position) }
        default: brokenAt = scanner.position
        }
        if brokenAt == nil, scanner.peek() != nil { brokenAt = scanner.position }
        // Nothing was understood: the body is kept as it came, white space included.
        guard let brokenAt, pieces.isEmpty || brokenAt < scanner.end else { return }
        append(.whole, (pieces.isEmpty ? 0 : brokenAt)..<scanner.end)
        pieces[pieces.count - 1].object = brokenObject
    }

    /// A body, or what stands in its place.
    private mutating func walkBody() {
        guard scanner.peek() == Sign.openBrace else { return keepValue() }
        let opened = scanner.position
        let first = pieces.count
        var object = ""
        var hasField = false
        var hasValue = false
        walkMembers { walk, key in
            if walk.scanner.content(key, is: "entry") {
                walk.walkOneOrMany { walk in walk.walkEntry() }
            } else if walk.scanner.content(key, is: "object") {
                object = walk.takeText() ?? object
            } else {
                hasField = hasField || walk.scanner.content(key, is: "field")
                hasValue = hasValue || walk.scanner.content(key, is: "value")
                walk.skipValue()
            }
        }
        if brokenAt != nil {
            brokenObject = object
            if pieces.count == first { brokenAt = opened }
        } else if pieces.count == first {
            append(hasField && hasValue ? .field : .whole, opened..<scanner.position)
        }
        for index in first..<pieces.count { pieces[index].object = object }
    }

    /// An entry, or what stands in its place.
    private mutating func walkEntry() {
        guard scanner.peek() == Sign.openBrace else { return keepValue() }
        let opened = scanner.position
        let first = pieces.count
        var id: String?
        var hasField = false
        var hasValue = false
        walkMembers { walk, key in
            if walk.scanner.content(key, is: "id") {
                id = walk.takeText() ?? id
            } else if walk.scanner.content(key, is: "messaging") {
                walk.walkItems(.messaging)
            } else if walk.scanner.content(key, is: "standby") {
                walk.walkItems(.standby)
            } else if walk.scanner.content(key, is: "changes") {
                walk.walkItems(.changes)
            } else {
                hasField = hasField || walk.scanner.content(key, is: "field")
                hasValue = hasValue || walk.scanner.content(key, is: "value")
                walk.skipValue()
            }
        }
        if brokenAt != nil {
            if pieces.count == first { brokenAt = opened }
        } else if hasField && hasValue {
            append(.field, opened..<scanner.position)
        } else if pieces.count == first {
            append(.whole, opened..<scanner.position)
        }
        for index in first..<pieces.count { pieces[index].entryID = id }
    }

    private mutating func walkItems(_ container: WebhookSlice.Container) {
        let first = pieces.count
        walkOneOrMany { walk in
            guard let range = walk.scanner.skipValue() else { return walk.breakHere() }
            walk.append(container, range)
        }
        for index in first..<pieces.count { pieces[index].siblings = pieces.count - first }
    }

    /// An array's elements, or the one value that stands in place of an array. A scalar there is no item.
    private mutating func walkOneOrMany(_ element: (inout WebhookBodyWalk) -> Void) {
        switch scanner.peek() {
        case Sign.openBracket: walkElements(element)
        case Sign.openBrace: element(&self)
        default: skipValue()
        }
    }

    @discardableResult
    private mutating func walkElements(_ element: (inout WebhookBodyWalk) -> Void) -> Int {
        var count = 0
        guard scanner.take(Sign.openBracket) else {
            breakHere()
            return count
        }
        while !scanner.take(Sign.closeBracket) {
            element(&self)
            guard brokenAt == nil else { return count }
            count += 1
            guard scanner.take(Sign.comma) || scanner.peek() == Sign.closeBracket else {
                breakHere()
                return count
            }
        }
        return count
    }

    private mutating func walkMembers(_ member: (inout WebhookBodyWalk, Range<Int>) -> Void) {
        guard scanner.take(Sign.openBrace) else { return breakHere() }
        while !scanner.take(Sign.closeBrace) {
            _ = scanner.peek()
            let start = scanner.position
            guard let key = scanner.takeString(), scanner.take(Sign.colon) else {
                brokenAt = start
                return
            }
            member(&self, key)
            guard brokenAt == nil else { return }
            guard scanner.take(Sign.comma) || scanner.peek() == Sign.closeBrace else { return breakHere() }
        }
    }

    /// A short string's text or a whole number's digits; any other value is stepped over. What is used as an id or a name
    /// further on must be fit for a database and a log: no control characters, and not a page long.
    private mutating func takeText() -> String? {
        if scanner.peek() == Sign.quote, let content = scanner.takeString() {
            guard content.count <= 256, let text = scanner.text(content) else { return nil }
            return text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } ? text : nil
        }
        guard let range = scanner.skipValue() else {
            breakHere()
            return nil
        }
        return range.count <= 32 ? scanner.digits(range) : nil
    }

    private mutating func skipValue() {
        if scanner.skipValue() == nil { breakHere() }
    }

    /// Keeps a value that is no object where an object belongs.
    private mutating func keepValue() {
        guard let range = scanner.skipValue() else { return breakHere() }
        append(.whole, range)
    }

    private mutating func breakHere() {
        _ = scanner.peek()
        brokenAt = scanner.position
    }

    private mutating func append(_ container: WebhookSlice.Container, _ range: Range<Int>) {
        pieces.append(WebhookSplitter.Piece(container: container, range: range))
    }
}
