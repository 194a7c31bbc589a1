/// What message and conversation ids have in common: a label and numbers between colons, all of it encoded.
enum ColonSeparatedID {
    /// The longest text that is decoded at all. A real mid has 164 characters.
    private static let longest = 1024

    /// - Parameters:
    ///   - text: the encoded id.
    ///   - label: what the decoded id starts with, without the colon behind it.
    /// - Returns: the bytes of each part behind the label.
    static func fields(of text: String, label: StaticString) -> [ArraySlice<UInt8>]? {
        let prefix = label.utf8CodeUnitCount
        guard text.utf8.count <= longest, let bytes = EscapedBase64.decode(text), bytes.count > prefix,
            (0..<prefix).allSatisfy({ unsafe bytes[$0] == label.utf8Start[$0] }), bytes[prefix] == UInt8(ascii: ":")
        else { return nil }
        return bytes[(prefix + 1)...].split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    }

    /// Digits alone, however many.
    static func digits(_ field: ArraySlice<UInt8>) -> String? {
        guard !field.isEmpty, field.allSatisfy(isDigit) else { return nil }
        return String(decoding: field, as: UTF8.self)
    }

    /// Reads a decimal number that is written in the one way in which it would be written again: no sign, no leading
    /// zero, at most 128 bits.
    static func canonicalNumber(_ field: ArraySlice<UInt8>) -> UInt128? {
        guard let first = field.first, first != UInt8(ascii: "0") || field.count == 1, field.count <= 39 else {
            return nil
        }
        var number: UInt128 = 0
        for digit in field {
            guard isDigit(digit) else { return nil }
            let (product, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, isOneTooMany) = product.addingReportingOverflow(UInt128(digit - UInt8(ascii: "0")))
            guard !isTooLarge, !isOneTooMany else { return nil }
            number = sum
        }
        return number
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }
}
