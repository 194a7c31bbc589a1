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
        (#"{"name": "a", "count": 1, "rules": []}"#, []), (#"[]"#, []), ("{", []),
    ])
    func namesEveryFault(body: String, expected: [String]) {
        let faults = FieldSurvey<Body>.faults(in: Array(body.utf8))
        #expect(Set(faults.map(\.field)) == Set(expected), "\(faults)")
        #expect(faults.count == expected.count)
    }

    @Test func manyFaultsAreBounded() {
        let rules = Array(repeating: "{}", count: 1_000).joined(separator: ",")
        #expect(
            FieldSurvey<Body>.faults(in: Array(#"{"name": "", "count": 0, "rules": [\#(rules)]}"#.utf8)).count == 32)
    }
}
