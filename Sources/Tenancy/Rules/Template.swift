/// A rule's text with its places to fill in.
///
/// The text is read once from front to back and what is filled in is never read again: a patient whose name looks like
/// a place gets it back as it is.
public struct Template: Sendable {
    private let text: String

    /// - Parameter text: may hold `{{username}}` and `{{practice}}`; other braces stay as they are.
    public init(_ text: String) {
        self.text = text
    }

    /// - Parameters:
    ///   - username: the patient's; where it is unknown the text closes around the gap ("Hi {{username}}," gives "Hi,").
    ///   - practice: the tenant's name.
    public func filled(username: String?, practice: String) -> String {
        let username = username.map(Self.plain) ?? ""
        var result = ""
        var rest = text[...]
        while let place = Self.nextPlace(in: rest) {
            result += rest[..<place.range.lowerBound]
            rest = rest[place.range.upperBound...]
            switch place.name {
            case .practice: result += Self.plain(practice)
            case .username where username.isEmpty: Self.closeGap(&result, &rest)
            case .username: result += username
            }
        }
        return result + rest
    }

    private enum Name: String, CaseIterable {
        case username, practice
    }

    private static func nextPlace(in text: Substring) -> (name: Name, range: Range<Substring.Index>)? {
        var start = text.startIndex
        while let open = text[start...].firstRange(of: "{{") {
            if let close = text[open.upperBound...].firstRange(of: "}}") {
                let inside = text[open.upperBound..<close.lowerBound].filter { $0 != " " }
                if let name = Name(rawValue: inside) { return (name, open.lowerBound..<close.upperBound) }
            }
            start = text.index(after: open.lowerBound)
        }
        return nil
    }

    /// Takes away what only made sense with a name: an `@` and blanks before it, and at the start of a line the comma and
    /// blanks after it.
    private static func closeGap(_ before: inout String, _ after: inout Substring) {
        if before.hasSuffix("@") { before.removeLast() }
        while before.last == " " { before.removeLast() }
        guard before.last.map(\.isNewline) ?? true else { return }
        let next = after.drop { ",;:!. ".contains($0) }
        guard next.count < after.count else { return }
        after = next
        guard let first = after.first, first.isLowercase else { return }
        after = Substring(first.uppercased() + after.dropFirst())
    }

    /// A name on one line: control characters could break the message's form.
    private static func plain(_ name: String) -> String {
        String(String.UnicodeScalarView(name.unicodeScalars.filter { $0.properties.generalCategory != .control }))
    }
}
