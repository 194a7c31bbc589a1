import Integrations
import Testing

@Suite struct JSONValueTests {
    @Test func readsEachType() throws {
        let value = try JSONValue.parse(
            #"{"s":"a\u00e4\ud83d\ude00","i":-9223372036854775808,"r":1.5,"t":true,"f":false,"n":null,"a":[1,[]],"o":{}}"#
        )
        #expect(value["s"]?.string == "aä😀")
        #expect(value["i"]?.integer == .min)
        #expect(value["r"]?.number == 1.5)
        #expect(value["t"]?.bool == true)
        #expect(value["f"]?.bool == false)
        #expect(value["n"]?.isNull == true)
        #expect(value["a"]?[0]?.integer == 1)
        #expect(value["a"]?[1]?.array == [])
        #expect(value["a"]?[2] == nil)
        #expect(value["o"]?.object?.count == 0)
        #expect(value["missing"] == nil)
        #expect(value.object?.keys == ["s", "i", "r", "t", "f", "n", "a", "o"])
    }

    @Test(arguments: [
        ("1", "1"), ("\"a\"", "a"), ("28000000000000001", "28000000000000001"),
        ("\"28000000000000001\"", "28000000000000001"),
    ])
    func readsAnIdentifierOfEitherType(_ text: String, _ expected: String) throws {
        #expect(try JSONValue.parse(text).identifier == expected)
    }

    @Test(arguments: ["\"\"", "1.5", "1e3", "null", "true", "[]", "{}"])
    func takesNothingElseForAnIdentifier(_ text: String) throws {
        #expect(try JSONValue.parse(text).identifier == nil)
    }

    @Test(
        arguments: [("2", 2), ("\"2\"", 2), ("2.0", 2), ("\"x\"", nil), ("2.5", nil), ("1e300", nil), ("\"\"", nil)]
            as [(String, Int64?)])
    func readsAWholeNumberLoosely(_ text: String, _ expected: Int64?) throws {
        #expect(try JSONValue.parse(text).looseInteger == expected)
    }

    @Test func keepsANUL() throws {
        #expect(try JSONValue.parse(#""a\u0000b""#).string == "a\u{0}b")
    }

    @Test(arguments: [
        "", " ", "{", "[1,]", "{\"a\":1,}", "nul", "{'a':1}", "\"\\ud83d\"", "\"\\ude00\"", "18446744073709551616",
        "1e999", "{\"a\\u0000\":1}", "1 2", "\u{FEFF}{}", "\"\n\"", "NaN", "01",
    ])
    func refusesWhatIsNoJSON(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue.parse(text) }
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xC0, 0x80, 0x22], [0xFF],
            [0x00],
        ] as [[UInt8]])
    func refusesInvalidUTF8(_ bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSONValue.parse(bytes) }
    }

    @Test func anErrorDoesNotShowTheText() {
        let error = #expect(throws: JSONError.self) { try JSONValue.parse(#"{"text": secret}"#) }
        #expect(error.map { "\($0)".contains("secret") } == false)
    }

    @Test func limitsTheDepth() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try JSONValue.parse(nested(128)).array?.count == 1)
        #expect(throws: JSONError.tooDeep) { try JSONValue.parse(nested(129)) }
        #expect(throws: JSONError.tooDeep) { try JSONValue.parse(nested(10_000)) }
    }

    @Test func theLaterOfTwoMembersCounts() throws {
        #expect(try JSONValue.parse(#"{"a":1,"a":2}"#) == ["a": 2])
        #expect(["a": 1, "a": 2] as JSONValue == ["a": 2])
    }

    @Test func membersAreEqualInAnyOrder() {
        #expect(["a": 1, "b": [true, nil]] as JSONValue == ["b": [true, nil], "a": 1])
        #expect(["a": 1] as JSONValue != ["a": 1, "b": 2])
    }

    @Test func setsAndRemovesMembers() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = "x"
        object["b"] = nil
        object["c"] = 1.5
        #expect(JSONValue.object(object).text() == #"{"a":"x","c":1.5}"#)
    }

    @Test func writesAsRFC8259AsksFor() {
        let value: JSONValue = ["t": "a/ä😀\"\\\n\u{1}\u{7F}", "n": -1, "r": 0.5, "l": [nil, true, false]]
        #expect(value.text() == "{\"t\":\"a/ä😀\\\"\\\\\\n\\u0001\u{7F}\",\"n\":-1,\"r\":0.5,\"l\":[null,true,false]}")
        #expect(JSONValue.real(.infinity).text() == "null")
    }

    @Test func writesAsMetaDoes() {
        #expect(JSONValue.string("https://x.y/é😀\u{1}").text(.meta) == #""https:\/\/x.y\/\u00e9\ud83d\ude00\u0001""#)
    }

    @Test func readsBackEverySample() throws {
        for name in try SamplePayload.names() {
            let value = try SamplePayload.value(name)
            #expect(try JSONValue.parse(value.encoded()) == value, "\(name)")
            #expect(try JSONValue.parse(value.encoded(.meta)) == value, "\(name)")
        }
    }
}
