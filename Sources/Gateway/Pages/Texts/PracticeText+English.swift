extension PracticeText {
    var english: String {
        switch self {
        case .title: "Instagram messages"
        case .account: "Account"
        case .way: "Connected through"
        case .lastMessage: "Last message"
        case .lastReply: "Last reply"
        case .answeredToday: "Answered today"
        case .checks: "What we look at"
        case .checkedAt: "We last asked Meta {{time}}, and ask every day."
        case .notChecked: "We ask Meta every day; the first time is still to come."

        case .wordPass: "All right"
        case .wordWarn: "Please look"
        case .wordFail: "Not working"

        case .stateActive: "All is well"
        case .stateActiveText: "Messages from patients are received and answered."
        case .stateDegraded: "Working, but something needs attention"
        case .stateDegradedText: "Messages are still received and answered. Below you see what to do."
        case .stateImpaired: "Something needs your attention"
        case .stateImpairedText:
            "Messages may not be received or answered at present. Below you see what to do."
        case .stateReconnect: "Please connect again"
        case .stateReconnectText:
            "The access to the account was lost. Messages that arrive are kept, and answered once you are connected again, "
                + "if that is within 24 hours."
        case .statePending: "Being set up"
        case .statePendingText: "Connecting has begun and is not finished yet."
        case .stateNone: "No account is connected"
        case .stateNoneText: "Messages are neither received nor answered."
        case .stateEnded: "Ended"

        case .access: "Access to the account"
        case .accessGood: "Meta accepts our access, and it does not end by itself."
        case .accessUntil: "Meta accepts our access. It is renewed by itself, and lasts until {{date}} at present."
        case .accessEnding:
            "The access ends on {{date}} and could not be renewed so far. Connecting again renews it at once."
        case .accessDead: "Meta does not accept our access any more. Please connect again."
        case .permissions: "Permissions"
        case .permissionsGood: "Everything that is needed is allowed."
        case .permissionsMissing: "Missing: {{names}}. Please connect again and leave everything switched on."
        case .permissionsRefused:
            "Meta does not let us read or answer messages. Please see that access to messages is on in the Instagram app (Settings, "
                + "Messages, Connected tools). Then connect again and leave everything switched on."
        case .delivery: "Delivery of messages"
        case .deliveryGood: "Meta delivers new messages to us."
        case .deliveryMissing:
            "Meta does not deliver messages to us. We try every day to have that changed; connecting again does it at once."
        case .arrivals: "Sign of life"
        case .arrivalsGood: "We last heard from Meta {{time}}."
        case .arrivalsNone: "Nothing has arrived yet. To try it, write to the practice from another Instagram account."
        case .arrivalsOld:
            "We last heard from Meta {{time}}. To try it, write to the practice from another Instagram account."
        case .senders: "Who writes"
        case .sendersGood: "Meta tells us who has written each message."
        case .sendersMissing: "Of the last day's messages, {{percent}} % came without their sender."
        case .sendersCure: "Switching to {{flow}} helps against that."
        case .answers: "Automatic answers"
        case .answersOn: "Automatic answers are switched on."
        case .answersPaused: "Automatic answers are paused for the practice. Messages are recorded all the same."
        case .answersOff:
            "Answers are switched off for the moment by the operator. Messages are kept, and answered when they are on "
                + "again."

        case .actions: "What you can do"
        case .connect: "Connect an account"
        case .connectText: "Opens the page on which you connect the practice's account."
        case .reconnect: "Connect again"
        case .reconnectText: "Renews the access to the same account. Conversations and settings stay."
        case .switchFlow: "Switch to {{flow}}"
        case .switchText: "{{way}} The present connection goes on until the new one works, and conversations stay."
        case .switchGoOn: "Go on with the switch to {{flow}}"
        case .switchGoOnText: "A switch has begun. Until it is finished, the present connection goes on."
        case .stay: "Stay with {{flow}}"
        case .disconnect: "Disconnect"
        case .disconnectText: "Ends the connection. We ask once more before."
        case .signOut: "Close this page"
        case .closes: "For safety, this page closes itself at {{time}}. Your link opens it again."

        case .disconnectTitle: "Disconnect the account?"
        case .disconnectAsk: "{{account}} is disconnected from {{practice}}:"
        case .disconnectMessages: "New messages are no longer received here, and no longer answered."
        case .disconnectHistory: "Conversations so far stay recorded. Our access to the account is destroyed."
        case .disconnectAgain: "You can connect the account again at any time."
        case .disconnectYes: "Yes, disconnect"
        case .disconnectNo: "No, keep it connected"

        case .signedOutTitle: "The page is closed"
        case .signedOutText: "You can close this window. Your link opens the page again."
        }
    }
}
