import HTTPTypes
import Testing

@testable import Gateway

struct FormOriginTests {
    private func headers(_ site: String?, _ origin: String?) throws -> HTTPFields {
        var headers = HTTPFields()
        headers[try #require(HTTPField.Name("Sec-Fetch-Site"))] = site
        headers[.origin] = origin
        return headers
    }

    @Test(
        arguments: [
            (nil, nil, true), ("same-origin", nil, true), ("same-origin", "null", true), ("same-site", nil, false),
            ("cross-site", "https://c.example", false), ("none", nil, false), ("", nil, false),
            (nil, "https://c.example", true), (nil, "HTTPS://C.EXAMPLE", true), (nil, "null", false),
            (nil, "http://c.example", false), (nil, "https://c.example:8443", false),
            (nil, "https://c.example.evil", false),
            (nil, "https://evil.example", false), (nil, "", false),
        ] as [(String?, String?, Bool)])
    func aFormIsTakenFromItsOwnOriginAlone(_ site: String?, _ origin: String?, _ isTaken: Bool) throws {
        // A service below a path has the same origin.
        for publicURL in ["https://c.example", "https://C.example/clariva"] {
            #expect(try FormOrigin(publicURL: publicURL).accepts(headers(site, origin)) == isTaken)
        }
    }
}
