internal import Integrations
internal import Tenancy

extension ConnectService {
    /// The page on which to choose.
    /// - Parameter accepted: `Accept-Language`.
    func accountsPage(
        _ token: String, accepted: String?, browser: BrowserSecret?
    ) async throws -> AccountsPage {
        let link = try await openLink(token)
        let tenant = try await tenant(of: link)
        let language = PageLanguage(locale: tenant.locale, accepted: accepted)
        return try await fromThere(token) {
            let (attempt, kept) = try await choices(of: link, browser: browser)
            guard let browser else { throw ConnectFault.choicesGone }
            let candidates = kept.accounts.map(\.candidate)
            let eligible = candidates.filter(\.isEligible)
            return AccountsPage(
                language: language, practice: tenant.name, action: "\(Self.path(token))/accounts",
                csrf: browser.formToken(attempt.stateHash),
                choices: eligible.enumerated().map { index, candidate in
                    AccountsPage.Choice(
                        id: candidate.choiceID, name: candidate.title,
                        username: candidate.username.map { "@\($0)" }, isFirst: index == 0)
                },
                excluded: ExcludedAccounts(candidates.compactMap { $0.excluded(in: language) }),
                leadsTo: link.returnURL.flatMap(ReturnURLPolicy.origin))
        }
    }

    /// Connects the chosen account.
    /// - Returns: where the browser goes next.
    func choose(
        _ account: String, csrf: String, token: String, browser: BrowserSecret?, requestID: String?
    ) async throws -> String {
        let link = try await openLink(token)
        return try await fromThere(token) {
            guard let browser else { throw ConnectFault.formForeign }
            let (attempt, kept) = try await choices(of: link, browser: browser)
            guard browser.accepts(csrf, attempt.stateHash) else { throw ConnectFault.formForeign }
            let candidates = kept.accounts.map(\.candidate)
            guard let chosen = candidates.first(where: { $0.isEligible && $0.choiceID == account }) else {
                throw ConnectFault.choiceUnknown
            }
            return try await noting(link, requestID: requestID) {
                try await fromThere(token) {
                    try await connect(
                        chosen, scopes: kept.scopes, userID: kept.userID, link: link, requestID: requestID)
                    return destination(of: link, token: token)
                }
            }
        }
    }

    private func choices(
        of link: ConnectLink, browser: BrowserSecret?
    ) async throws -> (attempt: OAuthAttempt, kept: KeptAttempt) {
        guard let browser,
            let found = try await attempts.choices(of: link, browserHash: browser.hash, now: clock.now)
        else { throw ConnectFault.choicesGone }
        let kept = try KeptAttempt(bytes: found.choices)
        guard !kept.accounts.isEmpty else { throw ConnectFault.choicesGone }
        return (found.attempt, kept)
    }
}

extension AccountCandidate {
    /// Names it within one consent.
    fileprivate var choiceID: String { facebookPageID ?? instagramPageID ?? "" }
}
