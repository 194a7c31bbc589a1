internal import Integrations

extension ConnectFault {
    /// The page that says it.
    /// - Parameter path: the link's page, where it is known and beginning again may help.
    func page(path: String?) -> FaultPage {
        let unchanged = "Nothing was changed."
        let newLink = "Ask whoever sent you the link for a new one."
        let again = "You can try again with the same link."
        return switch self {
        case .linkUnknown:
            FaultPage(
                title: "This link is not known", message: "There is no connect link with this address.",
                advice: "Check that the whole address was copied. " + newLink)
        case .linkExpired:
            FaultPage(title: "This link has expired", message: "It can no longer be used.", advice: newLink)
        case .linkUsed:
            FaultPage(
                title: "This link has been used", message: "An account was connected with it. It works only once.",
                advice: "To connect again, ask for a new link.")
        case .linkOnlyShows:
            FaultPage(
                title: "This link only shows the state", message: "It was not made for connecting. " + unchanged,
                advice: "Ask for a connect link.")
        case .flowOff(let reason):
            FaultPage(
                title: "Connecting is not possible now", message: reason + " " + unchanged,
                advice: "The operator of this service has to switch it on.")
        case .connectingOff:
            FaultPage(
                title: "Connecting is switched off for now", message: "The link stays good. " + unchanged,
                advice: again + " Please wait a while.", againPath: path)
        case .stateUnknown:
            FaultPage(
                title: "This sign-in is not known", message: "It was not started here, or long ago. " + unchanged,
                advice: "Open your connect link again and start from there.")
        case .stateExpired:
            FaultPage(
                title: "This took too long", message: "A sign-in has to be finished within ten minutes. " + unchanged,
                advice: again, againPath: path)
        case .stateReused:
            FaultPage(
                title: "This step was already done", message: "The same answer came a second time. " + unchanged,
                advice: "If the account is not connected yet, open your connect link again.")
        case .foreignBrowser:
            FaultPage(
                title: "This sign-in began in another browser",
                message: "It has to be finished where it was started. " + unchanged,
                advice: "Open your connect link in this browser, with cookies allowed, and start from there.")
        case .denied:
            FaultPage(
                title: "You did not agree", message: "The permissions were not given. " + unchanged, advice: again,
                againPath: path)
        case .scopesMissing(let names):
            FaultPage(
                title: "Permissions are missing",
                message: "Without these permissions messages cannot be received or answered. " + unchanged,
                advice: "Try again and leave all permissions ticked.", missing: MissingNames(names), againPath: path)
        case .nothingEligible(let accounts):
            FaultPage(
                title: "No account can be connected",
                message: accounts.isEmpty
                    ? "Your sign-in reaches no account. " + unchanged
                    : "None of the accounts that your sign-in reaches can be connected. " + unchanged,
                advice: "Sign in as somebody who manages the practice's account, and choose that account when asked.",
                excluded: ExcludedAccounts(accounts.compactMap(\.excluded)), againPath: path)
        case .accountTaken:
            FaultPage(
                title: "This account belongs to another practice",
                message: "An Instagram account can be connected to one practice only. " + unchanged,
                advice: "Disconnect it there first, or choose another account.", againPath: path)
        case .otherAccount:
            FaultPage(
                title: "This is another account",
                message: "The practice has another Instagram account connected and can hold only one. " + unchanged,
                advice: "Sign in with the account that is connected, or have that one disconnected first.",
                againPath: path)
        case .notSubscribed:
            FaultPage(
                title: "Messages cannot be received",
                message: "Meta did not confirm that messages will be delivered to us. " + unchanged,
                advice: "Try again in a few minutes. If it happens again, tell the operator of this service.",
                againPath: path)
        case .meta(let error):
            FaultPage(
                title: "Meta did not answer as expected", message: Self.explanation(error) + " " + unchanged,
                advice: "Try again in a few minutes. If it happens again, tell the operator of this service.",
                againPath: path)
        case .choicesGone:
            FaultPage(
                title: "There is nothing to choose", message: "The choice took too long, or was already made.",
                advice: again, againPath: path)
        case .formForeign:
            FaultPage(
                title: "This form was not accepted",
                message: "It did not come from the page that was shown to this browser. " + unchanged, advice: again,
                againPath: path)
        case .choiceUnknown:
            FaultPage(
                title: "This account cannot be chosen",
                message: "It is not among those that can be connected. "
                    + unchanged, advice: again, againPath: path)
        case .unavailable:
            FaultPage(
                title: "This did not work", message: "The service could not finish this step. " + unchanged,
                advice: "Try again in a few minutes.", againPath: path)
        }
    }

    /// In our words: Meta's own may hold what must not be shown.
    private static func explanation(_ error: GraphError) -> String {
        switch error.kind {
        case .notSent, .noAnswer: "Meta could not be reached."
        case .throttled: "Meta takes no more calls for the moment."
        case .permission: "Meta says that a permission or a role is missing."
        case .tokenDead, .content, .policy: "Meta did not accept the sign-in."
        default: "Meta answered with an error."
        }
    }
}

extension AccountCandidate {
    /// The account in a list of those that cannot be connected; `nil` where it can.
    var excluded: ExcludedAccounts.Account? {
        let reason: String? =
            switch ineligible {
            case .noInstagramAccount:
                "No Instagram professional account is linked to this Page. Link one in the Page's settings."
            case .noMessagingTask:
                "You may not answer messages on this Page. Ask its owner for the task “Messages”."
            case .personalAccount:
                "This is a personal account. Change it to a professional one in the Instagram app."
            case nil: instagramPageID == nil ? "It has no Instagram professional account." : nil
            }
        return reason.map { ExcludedAccounts.Account(name: title, reason: $0) }
    }
}
