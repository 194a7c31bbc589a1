extension ConnectText {
    var english: String {
        switch self {
        case .title: "Connect Instagram"
        case .intro:
            "Here you connect the Instagram account of {{practice}}, so that direct messages from patients can be "
                + "received and answered."
        case .practice: "Practice"
        case .way: "Way of connecting"
        case .expires: "This link works until"
        case .now: "Connected now"
        case .account: "Account"
        case .state: "State"
        case .needs: "What you need"
        case .asked: "What you will be asked"
        case .askedIntro:
            "On the next page, Meta's own, you are asked to allow this. Please leave everything switched on: without it "
                + "messages cannot be received or answered."
        case .password: "You sign in at Meta: we never see your password. You can end the access whenever you like."
        case .otherPermission: "Another permission"
        case .otherPermissionWhy: "Meta asks for it together with the others."
        case .goOn: "Continue"
        case .connectAgain: "Connect again"
        case .switchFlow: "Switch"

        case .accountsTitle: "Choose the account"
        case .accountsIntro:
            "Your sign-in reaches several accounts. Choose the one on which patients write to {{practice}}."
        case .accountsLegend: "Accounts"
        case .accountsButton: "Connect this account"
        case .excluded: "Cannot be connected"
        case .noInstagramAccount:
            "No Instagram professional account is linked to this Page. Link one in the Page's settings."
        case .noMessagingTask: "You may not answer messages on this Page. Ask its owner for the task “Messages”."
        case .personalAccount: "This is a personal account. Change it to a professional one in the Instagram app."
        case .noAccount: "It has no Instagram professional account."

        case .doneTitle: "Instagram is connected"
        case .doneText:
            "{{account}} is connected to {{practice}} through {{flow}}. Messages from patients are received from now on."
        case .doneClose: "You can close this page."
        case .doneBack: "To the practice's page"

        case .deletionTitle: "Your data was deleted"
        case .deletionIntro:
            "You asked {{app}} to have the data deleted that this service held about you because you had connected an "
                + "account with it."
        case .deletionRequested: "Requested"
        case .deletionDone: "Done"
        case .deletionHeld:
            "The access that you had given, your id and your user name are destroyed. Nothing is received or sent in "
                + "your name any more."
        case .deletionNone: "Nothing was held about you."
        case .deletionNote:
            "Conversations between patients and a practice belong to the practice and are not part of this. Please ask "
                + "the practice about them."
        case .deletionUnknownTitle: "This code is not known"
        case .deletionUnknownText: "There is no deletion with this confirmation code."
        case .deletionUnknownAdvice: "Check that the whole address was copied."
        }
    }
}
