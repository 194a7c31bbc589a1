import Foundation
import Testing

@testable import Gateway

/// Every field that a body lacks or has of the wrong type is named at once.
@Suite struct FieldSurveyTests {
    private struct Body: Decodable {
        struct Rule: Decodable {
            var text: String
            var isLast: Bool?
        }
        var name: String
        var count: Int
        var limit: Int?
        var rules: [Rule]
        var hours: [String: [[String]]]?
    }

    @Test(arguments: [
        (#"{}"#, ["name", "count", "rules"]),
        (#"{"name": 1, "count": "2", "rules": {}}"#, ["name", "count", "rules"]),
        (#"{"name": "a", "count": 1.5, "limit": 2.5, "rules": []}"#, ["count", "limit"]),
        (
            #"{"count": 1.5, "rules": [{"text": "b"}, {"text": null, "isLast": "c"}, {}]}"#,
            ["count", "name", "rules[1].text", "rules[1].isLast", "rules[2].text"]
        ),
        (
            #"{"name": "a", "count": 1, "rules": [], "hours": {"mon": [[1, "2"]], "tue": 3}}"#,
            ["hours.mon[0][0]", "hours.tue"]
        ),
        // What is a whole number all the same, and what nobody reads, is no fault.
        (#"{"name": "a", "count": 5.0, "limit": 2.5, "rules": [], "more": [0.5, {"a": 1.5}]}"#, ["limit"]),
        (#"{"name": "a", "count": 1, "rules": []}"#, []), (#"[]"#, []), ("{", []),
    ])
    func namesEveryFault(body: String, expected: [String]) {
        let faults = FieldSurvey<Body>.faults(in: Array(body.utf8))
        #expect(Set(faults.map(\.field)) == Set(expected), "\(faults)")
        #expect(faults.count == expected.count)
    }

    @Test func manyFaultsAreBounded() {
        func faults(_ element: String, _ count: Int) -> Int {
            let rules = Array(repeating: element, count: count).joined(separator: ",")
            return FieldSurvey<Body>.faults(in: Array(#"{"name": "", "count": 0, "rules": [\#(rules)]}"#.utf8)).count
        }
        #expect(faults("{}", 1_000) == 32)
        #expect(faults("0.5", 1_000) <= 32)
        // Too much to be looked at so often.
        #expect(faults("{}", 100_000) == 0)
    }
}
