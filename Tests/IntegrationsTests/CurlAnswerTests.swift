import Testing

@testable import Integrations

@Suite struct CurlAnswerTests {
    private func answer(_ lines: [String], body: String = "", limit: Int = 100) -> CurlAnswer {
        var answer = CurlAnswer(limit: limit)
        for line in lines { answer.receive(header: Array((line + "\r\n").utf8)) }
        _ = Array(body.utf8).withUnsafeBytes { answer.receive(body: $0) }
        return answer
    }

    @Test func anInterimAnswerIsForgotten() {
        let whole = answer(["HTTP/1.1 103 Early Hints", "Link: x", "", "HTTP/2 201 ", "A: b ", ""], body: "ok")
        #expect(whole.response?.status == 201)
        #expect(whole.response?.headers.map(\.name) == ["A"])
        #expect(whole.response?.header("a") == "b")
        #expect(whole.response?.body == Array("ok".utf8))
    }

    @Test(arguments: [
        [], ["HTTP/1.1 100 Continue", ""], ["HTTP/1.1 200 OK"], ["HTTP/1.1 200 OK", "Content-Length: 5"],
        ["HTTP/1.1", ""], ["HTTP/1.1 abc", ""],
    ])
    func withoutAFinalStatusAndAllHeadersThereIsNoAnswer(lines: [String]) {
        #expect(answer(lines).response == nil)
    }

    @Test func aLineWithoutAColonIsSkipped() {
        #expect(answer(["HTTP/1.1 200 OK", "nonsense", "X:", ""]).response?.headers.map(\.value) == [""])
    }

    @Test func theLimitIsInclusive() {
        #expect(!answer(["HTTP/1.1 200 OK", ""], body: "12345", limit: 5).isTooLarge)
        #expect(answer(["HTTP/1.1 200 OK", ""], body: "123456", limit: 5).isTooLarge)
    }
}
