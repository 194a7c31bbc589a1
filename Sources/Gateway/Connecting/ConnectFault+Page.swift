internal import Integrations

extension ConnectFault {
    /// The page that says it.
    /// - Parameter path: the page to begin again from, where it is known and that may help.
    func page(path: String?, in language: PageLanguage) -> FaultPage {
        let words = words(in: language)
        var page = FaultPage(
            language: language, title: words.title, message: words.message, advice: words.advice)
        if canBeTriedAgain { page.againPath = path }
        switch self {
        case .scopesMissing(let names): page.missing = MissingPermissions(names, in: language)
        case .nothingEligible(let accounts):
            page.excluded = ExcludedAccounts(accounts.compactMap { $0.excluded(in: language) })
        default: break
        }
        return page
    }

    /// Whether another try, as it is, may go better.
    private var canBeTriedAgain: Bool {
        switch self {
        case .linkUnknown, .linkExpired, .linkUsed, .linkOnlyShows, .flowOff, .stateUnknown,
            .stateReused, .foreignBrowser, .sessionOver:
            false
        case .connectingOff, .stateExpired, .tooManyAttempts, .denied, .scopesMissing, .nothingEligible, .accountTaken,
            .otherAccount, .notSubscribed, .meta, .choicesGone, .formForeign, .choiceUnknown, .unavailable:
            true
        }
    }
}

extension AccountCandidate {
    /// The account in a list of those that cannot be connected; `nil` where it can.
    func excluded(in language: PageLanguage) -> ExcludedAccounts.Account? {
        let reason: ConnectText? =
            switch ineligible {
            case .noInstagramAccount: .noInstagramAccount
            case .noMessagingTask: .noMessagingTask
            case .personalAccount: .personalAccount
            case nil: instagramPageID == nil ? .noAccount : nil
            }
        return reason.map { ExcludedAccounts.Account(name: title, reason: $0.text(in: language)) }
    }
}
