internal import Integrations

extension ConnectFault {
    var english: FaultWords {
        let unchanged = "Nothing was changed."
        let newLink = "Ask whoever sent you the link for a new one."
        let again = "You can try again with the same link."
        let later = "Try again in a few minutes. If it happens again, tell the operator of this service."
        return switch self {
        case .linkUnknown:
            FaultWords(
                title: "This link is not known", message: "There is no connect link with this address.",
                advice: "Check that the whole address was copied. \(newLink)")
        case .linkExpired:
            FaultWords(title: "This link has expired", message: "It can no longer be used.", advice: newLink)
        case .linkUsed:
            FaultWords(
                title: "This link has been used", message: "An account was connected with it. It works only once.",
                advice: "To connect again, ask for a new link.")
        case .linkOnlyShows:
            FaultWords(
                title: "This link only shows the state", message: "It was not made for connecting. \(unchanged)",
                advice: "Ask for a connect link.")
        case .flowOff(let flow):
            FaultWords(
                title: "Connecting is not possible now",
                message: "\(flow.map { "\($0) is not set up here." } ?? "This way of connecting is not known.") "
                    + unchanged, advice: "The operator of this service has to switch it on.")
        case .connectingOff:
            FaultWords(
                title: "Connecting is switched off for now", message: "The link stays good. \(unchanged)",
                advice: "\(again) Please wait a while.")
        case .stateUnknown:
            FaultWords(
                title: "This sign-in is not known", message: "It was not started here, or long ago. \(unchanged)",
                advice: "Open your connect link again and start from there.")
        case .stateExpired:
            FaultWords(
                title: "This took too long", message: "A sign-in has to be finished within ten minutes. \(unchanged)",
                advice: again)
        case .stateReused:
            FaultWords(
                title: "This step was already done", message: "The same answer came a second time. \(unchanged)",
                advice: "If the account is not connected yet, open your connect link again.")
        case .foreignBrowser:
            FaultWords(
                title: "This sign-in began in another browser",
                message: "It has to be finished where it was started. \(unchanged)",
                advice: "Open your connect link in this browser, with cookies allowed, and start from there.")
        case .denied:
            FaultWords(
                title: "You did not agree", message: "The permissions were not given. \(unchanged)", advice: again)
        case .scopesMissing:
            FaultWords(
                title: "Permissions are missing",
                message: "Without these permissions messages cannot be received or answered. \(unchanged)",
                advice: "Try again and leave all permissions switched on.")
        case .nothingEligible(let accounts):
            FaultWords(
                title: "No account can be connected",
                message: accounts.isEmpty
                    ? "Your sign-in reaches no account. \(unchanged)"
                    : "None of the accounts that your sign-in reaches can be connected. \(unchanged)",
                advice: "Sign in as somebody who manages the practice's account, and choose that account when asked.")
        case .tooManyAttempts:
            FaultWords(
                title: "Too many attempts",
                message: "This link was used very often within a few minutes. \(unchanged)",
                advice: "Wait ten minutes and open the link again, or ask for a new link.")
        case .accountTaken:
            FaultWords(
                title: "This account belongs to another practice",
                message: "An Instagram account can be connected to one practice only. \(unchanged)",
                advice: "Disconnect it there first, or choose another account.")
        case .otherAccount:
            FaultWords(
                title: "This is another account",
                message: "The practice has another Instagram account connected and can hold only one. \(unchanged)",
                advice: "Sign in with the account that is connected, or have that one disconnected first.")
        case .notSubscribed:
            FaultWords(
                title: "Messages cannot be received",
                message: "Meta did not confirm that messages will be delivered to us. \(unchanged)", advice: later)
        case .meta(let error):
            FaultWords(
                title: "Meta did not answer as expected", message: "\(Self.english(MetaFault(error))) \(unchanged)",
                advice: later)
        case .choicesGone:
            FaultWords(
                title: "There is nothing to choose", message: "The choice took too long, or was already made.",
                advice: again)
        case .formForeign:
            FaultWords(
                title: "This form was not accepted",
                message: "It did not come from the page that was shown to this browser. \(unchanged)",
                advice: "Open the page again and try once more.")
        case .choiceUnknown:
            FaultWords(
                title: "This account cannot be chosen",
                message: "It is not among those that can be connected. \(unchanged)", advice: again)
        case .sessionOver:
            FaultWords(
                title: "This page is closed", message: "For safety it closes itself after half an hour. \(unchanged)",
                advice: "Open your link again to come back. If the link has ended, ask for a new one.")
        case .unavailable:
            FaultWords(
                title: "This did not work", message: "The service could not finish this step. \(unchanged)",
                advice: "Try again in a few minutes.")
        }
    }

    private static func english(_ fault: MetaFault) -> String {
        switch fault {
        case .unreachable: "Meta could not be reached."
        case .throttled: "Meta takes no more calls for the moment."
        case .permission: "Meta says that a permission or a role is missing."
        case .refused: "Meta did not accept the sign-in."
        case .other: "Meta answered with an error."
        }
    }
}
