internal import CJansson

extension JSONValue {
    /// How deep a text may be nested. Real payloads stay below 12; converting and freeing recurse once a level, and
    /// must fit the small stack of a thread that is not the main one.
    public static let defaultMaximumDepth = 128

    /// Parses a whole text with jansson and frees jansson's tree at once.
    ///
    /// Any value may stand at the top, and strings may hold U+0000. Of two members with one key the later one counts.
    /// - Parameters:
    ///   - bytes: UTF-8 without a byte order mark.
    ///   - maximumDepth: how deep arrays and objects may be nested.
    /// - Throws: ``JSONError`` for whatever jansson refuses (RFC 8259, and its limits: see the error's cases).
    public static func parse(
        _ bytes: [UInt8], maximumDepth: Int = defaultMaximumDepth
    ) throws(JSONError) -> JSONValue {
        guard let tree = unsafe try load(bytes) else { return .null }
        defer { unsafe clariva_json_decref(tree) }
        return unsafe try convert(tree, remainingDepth: maximumDepth)
    }

    /// Parses a text; see ``parse(_:maximumDepth:)-([UInt8],_)``.
    /// - Parameter text: JSON.
    public static func parse(_ text: String) throws(JSONError) -> JSONValue {
        try parse(Array(text.utf8))
    }

    private static func load(_ bytes: [UInt8]) throws(JSONError) -> UnsafeMutablePointer<json_t>? {
        var error = json_error_t()
        let tree = unsafe bytes.withUnsafeBytes { input in
            let text = unsafe input.bindMemory(to: CChar.self)
            // jansson wants a pointer even for no bytes at all.
            guard let base = text.baseAddress else { return unsafe json_loadb("", 0, flags, &error) }
            return unsafe json_loadb(base, text.count, flags, &error)
        }
        if let tree = unsafe tree { return unsafe tree }
        switch unsafe clariva_json_error_code(&error) {
        case Int32(json_error_out_of_memory.rawValue): throw .outOfMemory
        case Int32(json_error_stack_overflow.rawValue): throw .tooDeep
        default: throw .malformed(position: max(0, Int(error.position)))
        }
    }

    private static let flags = Int(JSON_ALLOW_NUL) | Int(JSON_DECODE_ANY)

    private static func convert(
        _ value: UnsafeMutablePointer<json_t>, remainingDepth: Int
    ) throws(JSONError) -> JSONValue {
        switch unsafe clariva_json_typeof(value) {
        case JSON_OBJECT: unsafe try convertObject(value, remainingDepth: remainingDepth)
        case JSON_ARRAY: unsafe try convertArray(value, remainingDepth: remainingDepth)
        case JSON_STRING: unsafe .string(text(json_string_value(value), json_string_length(value)))
        case JSON_INTEGER: unsafe .integer(Int64(json_integer_value(value)))
        case JSON_REAL: unsafe .real(json_real_value(value))
        case JSON_TRUE: .bool(true)
        case JSON_FALSE: .bool(false)
        default: .null
        }
    }

    private static func convertArray(
        _ array: UnsafeMutablePointer<json_t>, remainingDepth: Int
    ) throws(JSONError) -> JSONValue {
        guard remainingDepth > 0 else { throw .tooDeep }
        let count = unsafe json_array_size(array)
        var elements = [JSONValue]()
        elements.reserveCapacity(count)
        for index in 0..<count {
            guard let element = unsafe json_array_get(array, index) else { continue }
            elements.append(unsafe try convert(element, remainingDepth: remainingDepth - 1))
        }
        return .array(elements)
    }

    private static func convertObject(
        _ object: UnsafeMutablePointer<json_t>, remainingDepth: Int
    ) throws(JSONError) -> JSONValue {
        guard remainingDepth > 0 else { throw .tooDeep }
        var members = [JSONObject.Member]()
        members.reserveCapacity(unsafe json_object_size(object))
        var iterator = unsafe json_object_iter(object)
        while let member = unsafe iterator {
            if let value = unsafe json_object_iter_value(member) {
                let key = unsafe text(json_object_iter_key(member), json_object_iter_key_len(member))
                members.append((key, unsafe try convert(value, remainingDepth: remainingDepth - 1)))
            }
            unsafe iterator = json_object_iter_next(object, member)
        }
        return .object(JSONObject(unique: members))
    }

    /// Copies a string of jansson's, which has checked that it is UTF-8.
    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String {
        guard let start = unsafe start else { return "" }
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
