import Testing

@testable import Tenancy

struct PatientTracesTests {
    private static let traces = PatientTraces(
        scopedIDs: ["17990001234567890"], username: "anna", ownIDs: ["0198c6f2-0000-7000-8000-000000000001"])

    @Test(arguments: [
        #"{"sender":{"id":"17990001234567890"},"optin":{}}"#, #"{"sender":{"id":17990001234567890}}"#,
        "17990001234567890", #"{"from":{"username":"anna"}}"#,
        #"{"username" : "anna"}"#, #"{"username":"berta","from":{"username":"anna"}}"#,
        #"{"conversation_id":"0198c6f2-0000-7000-8000-000000000001"}"#,
        // The second time is the one.
        "917990001234567890 17990001234567890",
    ])
    func findsThePatient(_ text: String) {
        #expect(Self.traces.areIn(Array(text.utf8)))
    }

    @Test(arguments: [
        "", "1", #"{"sender":{"id":"179900012345678901"}}"#, #"{"sender":{"id":"917990001234567890"}}"#,
        #"{"from":{"username":"anna_maria"}}"#, #"{"text":"Grüße von anna"}"#,
        // People choose their names: one may be a key of every webhook, or all that somebody writes.
        #"{"anna":{"num_edit":0}}"#, #"{"text":"anna"}"#, #"{"text":"\"username\":\"anna\""}"#,
        #"{"conversation_id":"0198c6f2-0000-7000-8000-000000000002"}"#,
    ])
    func findsNobodyElse(_ text: String) {
        #expect(!Self.traces.areIn(Array(text.utf8)))
    }

    @Test func withoutAnythingKnownNothingIsFound() {
        let none = PatientTraces(scopedIDs: [""], username: "", ownIDs: [])
        #expect(!none.areIn(Array(#"{"username":""}"#.utf8)))
    }
}
