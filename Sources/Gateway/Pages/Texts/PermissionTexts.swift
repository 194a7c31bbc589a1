/// A permission in plain words.
struct PermissionWords: Sendable, Equatable {
    /// What is allowed.
    var title: String
    /// What it is needed for.
    var why: String
}

/// Permissions by the names that Meta gives them. One without words of its own is named as it is.
enum PermissionTexts {
    static func words(of scope: String, in language: PageLanguage) -> PermissionWords {
        let known =
            switch language {
            case .english: english
            case .german: german
            }
        return known[scope]
            ?? PermissionWords(
                title: ConnectText.otherPermission.text(in: language),
                why: ConnectText.otherPermissionWhy.text(in: language))
    }

    static let english: [String: PermissionWords] = [
        "instagram_business_basic": PermissionWords(
            title: "See your Instagram profile", why: "To know which account is connected."),
        "instagram_business_manage_messages": PermissionWords(
            title: "Read and answer direct messages", why: "To receive what patients write, and to answer them."),
        "instagram_basic": PermissionWords(
            title: "See your Instagram profile", why: "To know which account is connected."),
        "instagram_manage_messages": PermissionWords(
            title: "Read and answer direct messages", why: "To receive what patients write, and to answer them."),
        "pages_show_list": PermissionWords(
            title: "See the list of your Facebook Pages", why: "So that you can choose the practice's Page."),
        "pages_manage_metadata": PermissionWords(
            title: "Be told of new messages", why: "So that Meta delivers messages the moment they are written."),
        "pages_messaging": PermissionWords(
            title: "Send messages as the Page", why: "To answer patients who write to the Page or to Instagram."),
        "pages_read_engagement": PermissionWords(
            title: "Read the Page's profile", why: "To find the Instagram account that is linked to the Page."),
        "business_management": PermissionWords(
            title: "See your business portfolio", why: "So that Pages which belong to a portfolio can be chosen too."),
    ]

    static let german: [String: PermissionWords] = [
        "instagram_business_basic": PermissionWords(
            title: "Ihr Instagram-Profil sehen", why: "Um zu wissen, welches Konto verbunden ist."),
        "instagram_business_manage_messages": PermissionWords(
            title: "Direktnachrichten lesen und beantworten",
            why: "Um zu empfangen, was Ihnen geschrieben wird, und darauf zu antworten."),
        "instagram_basic": PermissionWords(
            title: "Ihr Instagram-Profil sehen", why: "Um zu wissen, welches Konto verbunden ist."),
        "instagram_manage_messages": PermissionWords(
            title: "Direktnachrichten lesen und beantworten",
            why: "Um zu empfangen, was Ihnen geschrieben wird, und darauf zu antworten."),
        "pages_show_list": PermissionWords(
            title: "Die Liste Ihrer Facebook-Seiten sehen", why: "Damit Sie die Seite der Praxis auswählen können."),
        "pages_manage_metadata": PermissionWords(
            title: "Von neuen Nachrichten erfahren",
            why: "Damit Meta Nachrichten zustellt, sobald sie geschrieben werden."),
        "pages_messaging": PermissionWords(
            title: "Nachrichten im Namen der Seite senden",
            why: "Um zu antworten, wenn der Seite oder auf Instagram geschrieben wird."),
        "pages_read_engagement": PermissionWords(
            title: "Das Profil der Seite lesen",
            why: "Um das Instagram-Konto zu finden, das mit der Seite verknüpft ist."),
        "business_management": PermissionWords(
            title: "Ihr Unternehmensportfolio sehen",
            why: "Damit auch Seiten, die zu einem Portfolio gehören, ausgewählt werden können."),
    ]
}
