import Integrations

/// Stands for Meta where a test needs answers that the sandbox does not give: by the last part of the path.
struct CannedMeta: HTTPTransport {
    private let answers: [String: String]

    init(_ answers: [String: String]) {
        self.answers = answers
    }

    let access = AccountAccess(instagramPageID: "17841400000000001", facebookPageID: nil, token: AccessToken("token"))

    var integration: any Integration {
        InstagramLogin(
            InstagramLoginConfiguration(
                appID: "300000000000001", appSecret: "secret", graphURL: "https://graph.test",
                facebookGraphURL: "https://other.test"), transport: self)
    }

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        let path = request.url.split(separator: "?")[0]
        guard let answer = answers[String(path.split(separator: "/").last ?? "")] else {
            return HTTPResponse(status: 404, body: Array(#"{"error":{"code":100,"error_subcode":33}}"#.utf8))
        }
        return HTTPResponse(status: answer.contains(#""error""#) ? 400 : 200, body: Array(answer.utf8))
    }
}
