import Foundation
import Integrations
import TestSupport
import Testing

@Suite struct WebhookSplitterTests {
    private func split(_ body: String) -> [WebhookSlice] {
        WebhookSplitter.split(Array(body.utf8))
    }

    private func texts(_ slices: [WebhookSlice]) -> [String] {
        slices.map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    @Test func findsEveryContainer() {
        let slices = split(
            #"""
            {"object":"instagram","entry":[
              {"id":"1","messaging":[{"a":1},{"b":2}]},
              {"id":2,"time":3,"standby":[{"c":3}]},
              {"changes":[{"field":"messages","value":{}}],"id":"3"},
              {"id":"4","field":"comments","value":{"text":"x"}},
              {"id":"5","time":6}
            ]}
            """#)
        #expect(
            texts(slices) == [
                #"{"a":1}"#, #"{"b":2}"#, #"{"c":3}"#, #"{"field":"messages","value":{}}"#,
                #"{"id":"4","field":"comments","value":{"text":"x"}}"#, #"{"id":"5","time":6}"#,
            ])
        #expect(slices.map(\.container) == [.messaging, .messaging, .standby, .changes, .field, .whole])
        #expect(slices.map(\.entryID) == ["1", "1", "2", "3", "4", "5"])
        #expect(slices.map(\.siblings) == [2, 2, 1, 1, 1, 1])
        #expect(slices.allSatisfy { $0.object == "instagram" })
    }

    @Test func theOrderOfKeysDoesNotMatter() {
        let slices = split(
            #"{"entry":[{"messaging":[{"id":"inner","object":"no"}],"x":{"id":"9"},"id":"1"}],"object":"page"}"#)
        #expect(texts(slices) == [#"{"id":"inner","object":"no"}"#])
        #expect(slices.first?.entryID == "1")
        #expect(slices.first?.object == "page")
    }

    @Test func takesAnArrayOfBodies() {
        let slices = split(
            #"[{"object":"page","entry":[{"id":"1","messaging":[1]}]},{"field":"messages","value":{}},{"object":"x"},7]"#
        )
        #expect(texts(slices) == ["1", #"{"field":"messages","value":{}}"#, #"{"object":"x"}"#, "7"])
        #expect(slices.map(\.container) == [.messaging, .field, .whole, .whole])
        #expect(slices.map(\.object) == ["page", "", "x", ""])
    }

    @Test func takesAFlatBody() {
        let body = #"{"field":"messages","value":{"message":{"mid":"m"}}}"#
        let slices = split(body)
        #expect(
            slices == [WebhookSlice(object: "", entryID: nil, container: .field, siblings: 1, bytes: Array(body.utf8))])
        #expect(slices.first.flatMap(WebhookReader.read)?.mid == "m")
    }

    @Test func takesOneObjectWhereAnArrayIsUsual() {
        let slices = split(#"{"object":"page","entry":{"id":"1","messaging":{"a":1}}}"#)
        #expect(texts(slices) == [#"{"a":1}"#])
        #expect(slices.first?.container == .messaging)
    }

    @Test(arguments: [
        ("\"17841400000000001\"", "17841400000000001"), ("17841400000000001", "17841400000000001"), (#""a\/b""#, "a/b"),
        (#""\u0031\u0032""#, "12"), (#""\ud83d\ude00""#, "😀"), (#""\ud83d""#, nil), (#""\ude00""#, nil),
        (#""\ud83dx""#, nil),
        (#""\x""#, nil), (#""\u12""#, nil), (#""a\u0000""#, nil), ("1.5", nil), ("-1", nil), ("null", nil),
        ("{\"id\":1}", nil), ("[1]", nil),
        ("\"" + String(repeating: "1", count: 300) + "\"", nil),
    ])
    func readsTheEntrysID(_ json: String, _ expected: String?) {
        let slices = split("{\"entry\":[{\"id\":\(json),\"messaging\":[{}]}]}")
        #expect(texts(slices) == ["{}"])
        #expect(slices.first?.entryID == expected)
    }

    @Test func anIDOfInvalidUTF8IsNone() {
        let body = Array("{\"entry\":[{\"id\":\"".utf8) + [0xFF] + Array("\",\"messaging\":[{}]}]}".utf8)
        #expect(WebhookSplitter.split(body).map(\.entryID) == [nil])
    }

    @Test func resolvesEscapesInKeys() {
        #expect(texts(split(#"{"\u0065ntry":[{"id":"1","mess\u0061ging":[5]}]}"#)) == ["5"])
    }

    @Test(arguments: [
        #"{"object":"instagram"}"#, #"{"object":"instagram","entry":[]}"#, #"{"object":"instagram","entry":null}"#,
        "{}", "[]", "7",
        "\"text\"", "null", "hello", "<html>", "\u{FEFF}{}", "   ", "\u{0}", "{", "[", "\"", "]", "{]",
        #"{"entry":[{"id":"1","mes"#,
        #"{"object":"instagram","entry":["#, #"{"object":"instagram","entry":[{"id":"1","messaging":[{"a":"#,
        #"{"entry" [1]}"#, "{entry:[]}",
    ])
    func keepsABodyThatItDoesNotUnderstand(_ body: String) {
        let slices = split(body)
        #expect(texts(slices) == [body])
        #expect(slices.first?.container == .whole)
        #expect(slices.first?.entryID == nil)
    }

    @Test func anEmptyBodyIsOneEmptyItem() {
        #expect(split("").map(\.bytes) == [[]])
    }

    @Test(arguments: [
        #"{"id":"1"}"#, #"{"id":"1","messaging":[]}"#, #"{"id":"1","messaging":null}"#,
        #"{"id":"1","changes":"x","field":"y"}"#,
    ])
    func keepsAnEntryOfNoKnownShape(_ entry: String) {
        let slices = split("{\"object\":\"page\",\"entry\":[\(entry),{\"id\":\"2\",\"messaging\":[{}]}]}")
        #expect(texts(slices) == [entry, "{}"])
        #expect(slices.map(\.container) == [.whole, .messaging])
        #expect(slices.map(\.entryID) == ["1", "2"])
    }

    @Test func anEntryThatIsNoObjectIsKeptAsItIs() {
        #expect(
            texts(split(#"{"entry":["a",{"id":"1","messaging":[{}]},[1],null]}"#)) == ["\"a\"", "{}", "[1]", "null"])
    }

    @Test func keepsTheItemsInFrontOfABreakAndTheRest() {
        let good = #"{"object":"page","entry":[{"id":"1","messaging":[{"a":1},{"b":"}"},"#
        for rest in [#"{"c":"unclosed]}]}"#, #"{"c":[1,2"#, "}", ":1]}]}"] {
            let slices = split(good + rest)
            #expect(texts(slices) == [#"{"a":1}"#, #"{"b":"}"}"#, rest])
            #expect(slices.map(\.container) == [.messaging, .messaging, .whole])
            // What is left may hold anybody's items: it is nobody's.
            #expect(slices.map(\.entryID) == ["1", "1", nil])
            #expect(slices.map(\.object) == ["page", "page", "page"])
        }
    }

    @Test func keepsWhatFollowsTheBody() {
        #expect(texts(split(#"{"entry":[{"id":"1","messaging":[7]}]} {"x":1}"#)) == ["7", #"{"x":1}"#])
        #expect(texts(split("{\"entry\":[{\"id\":\"1\",\"messaging\":[7]}]}\r\n")) == ["7"])
    }

    @Test func everyTruncationKeepsAllItemBytes() throws {
        let body = Array(
            #"{"object":"page","entry":[{"id":"1","messaging":[{"a":"\"}"},[1]]},{"id":"2","changes":[{"b":[{}]}]}]}"#
                .utf8)
        let whole = WebhookSplitter.split(body)
        #expect(whole.count == 3)
        for length in 1..<body.count {
            let slices = WebhookSplitter.split(Array(body[..<length]))
            let last = try #require(slices.last)
            // What is cut out in front is what the whole body gives; only brackets and commas may follow the last one.
            let items = slices.filter { $0.container != .whole }
            #expect(items.map(\.bytes) == whole.prefix(items.count).map(\.bytes))
            #expect(slices.count - items.count <= 1)
            #expect(!last.bytes.isEmpty)
            var rest = body[..<length]
            while rest.suffix(last.bytes.count) != last.bytes[...], Array(",:]}".utf8).contains(rest.last ?? 0) {
                rest.removeLast()
            }
            #expect(rest.suffix(last.bytes.count) == last.bytes[...])
        }
    }

    @Test func anItemThatSwallowsTheClosingBracketsLeavesNoEmptyRest() {
        #expect(texts(split(#"{"entry":[{"id":"1","messaging":[{"read":{"a":"b":{}]}"#)) == [#"{"read":{"a":"b":{}]}"#])
    }

    @Test func cutsRandomBodiesAsTheyWereBuilt() throws {
        var builder = WebhookBodyBuilder(random: SeededRandom(for: "cutsRandomBodiesAsTheyWereBuilt"))
        for _ in 0..<600 {
            let text = builder.makeText()
            // The builder itself must write JSON, or the test would prove nothing.
            #expect(throws: Never.self) { try JSONValue.parse(text) }
            #expect(split(text) == builder.slices, "\(text)")
        }
    }

    /// The items that a full parse finds, as values.
    private func parsedItems(_ body: JSONValue) -> [JSONValue] {
        (body["entry"]?.array ?? []).flatMap { entry -> [JSONValue] in
            let items = (entry.object ?? JSONObject()).flatMap { member -> [JSONValue] in
                ["messaging", "standby", "changes"].contains(member.key) ? member.value.array ?? [] : []
            }
            return items.isEmpty ? [entry] : items
        }
    }

    @Test func agreesWithAFullParse() throws {
        var builder = WebhookBodyBuilder(random: SeededRandom(for: "agreesWithAFullParse"))
        var texts = try SamplePayload.names().filter { !$0.hasPrefix("api-") && $0 != "mid-vectors" }
            .map { String(decoding: try SamplePayload.bytes($0), as: UTF8.self) }
        for _ in 0..<300 { texts.append(builder.makeText()) }
        for text in texts {
            let value = try JSONValue.parse(text)
            let items = (value.array ?? [value]).flatMap(parsedItems)
            let slices = try split(text).map { try JSONValue.parse($0.bytes) }
            #expect(slices == items, "\(text)")
        }
    }
}
