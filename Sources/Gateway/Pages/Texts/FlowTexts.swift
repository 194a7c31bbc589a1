/// A way of connecting in plain words.
struct FlowWords: Sendable, Equatable {
    /// How one signs in.
    var way: String
    /// What has to be there before, one sentence each.
    var needs: [String]
}

/// Ways of connecting by the names of their flows. One without words of its own has the general ones.
enum FlowTexts {
    static func words(of flow: String, in language: PageLanguage) -> FlowWords {
        let known =
            switch language {
            case .english: english
            case .german: german
            }
        return known[flow] ?? FlowWords(way: "", needs: [account(in: language)])
    }

    private static func account(in language: PageLanguage) -> String {
        switch language {
        case .english: professional
        case .german: professionalInGerman
        }
    }

    private static let professional = "A professional Instagram account (business or creator)."
    private static let messages =
        "In the Instagram app, under Settings, Messages, Connected tools: “Allow access to messages” switched on."
    private static let professionalInGerman = "Ein professionelles Instagram-Konto (Business oder Creator)."
    private static let messagesInGerman =
        "In der Instagram-App unter Einstellungen, Nachrichten, Verknüpfte Tools: „Zugriff auf Nachrichten erlauben“ "
        + "eingeschaltet."

    static let english: [String: FlowWords] = [
        "instagram_login": FlowWords(
            way: "You sign in with the practice's Instagram account itself. No Facebook Page is needed.",
            needs: [professional, messages, "The account's user name and password, for signing in at Instagram."]),
        "facebook_page": FlowWords(
            way: "You sign in with your own Facebook account and choose the Page that Instagram is linked to.",
            needs: [
                professional, "A Facebook Page of the practice, linked to that account.",
                "A Facebook account that may answer messages on that Page.", messages,
            ]),
    ]

    static let german: [String: FlowWords] = [
        "instagram_login": FlowWords(
            way: "Sie melden sich mit dem Instagram-Konto der Praxis an. Eine Facebook-Seite brauchen Sie nicht.",
            needs: [
                professionalInGerman, messagesInGerman,
                "Benutzername und Passwort des Kontos, um sich bei Instagram anzumelden.",
            ]),
        "facebook_page": FlowWords(
            way:
                "Sie melden sich mit Ihrem eigenen Facebook-Konto an und wählen die Seite, die mit Instagram verknüpft "
                + "ist.",
            needs: [
                professionalInGerman, "Eine Facebook-Seite der Praxis, die mit diesem Konto verknüpft ist.",
                "Ein Facebook-Konto, das auf dieser Seite Nachrichten beantworten darf.", messagesInGerman,
            ]),
    ]
}
