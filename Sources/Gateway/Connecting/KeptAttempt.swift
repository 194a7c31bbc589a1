internal import Foundation
internal import Integrations

/// What an attempt keeps, sealed, until its browser comes back: the link's own address, and after the sign-in what there
/// is to choose.
struct KeptAttempt: Codable, Sendable, Equatable {
    /// The link's token: its digest, which is all that the link's row has, leads nowhere.
    var linkToken: String
    var scopes: [String] = []
    var userID: String?
    var accounts: [Account] = []

    /// ``AccountCandidate`` as it is kept.
    struct Account: Codable, Sendable, Equatable {
        var instagramPageID: String?
        var username: String?
        var facebookPageID: String?
        var title: String
        var token: String
        var expiresIn: Int?
        var aliases: [String]
        var ineligible: String?
    }

    init(linkToken: String) {
        self.linkToken = linkToken
    }

    init(bytes: [UInt8]) throws {
        self = try JSONDecoder().decode(KeptAttempt.self, from: Data(bytes))
    }

    func bytes() throws -> [UInt8] {
        Array(try JSONEncoder().encode(self))
    }
}

extension KeptAttempt.Account {
    init(_ candidate: AccountCandidate) {
        self.init(
            instagramPageID: candidate.instagramPageID, username: candidate.username,
            facebookPageID: candidate.facebookPageID, title: candidate.title, token: candidate.token.value,
            expiresIn: candidate.token.expiresIn, aliases: candidate.aliases,
            ineligible: candidate.ineligible?.rawValue)
    }

    var candidate: AccountCandidate {
        AccountCandidate(
            instagramPageID: instagramPageID, username: username, facebookPageID: facebookPageID, title: title,
            token: AccessToken(token, expiresIn: expiresIn), aliases: aliases,
            ineligible: ineligible.flatMap(AccountCandidate.Ineligibility.init(rawValue:)))
    }
}

extension AccountCandidate {
    /// Whether it can be connected.
    var isEligible: Bool { ineligible == nil && instagramPageID != nil }
}
