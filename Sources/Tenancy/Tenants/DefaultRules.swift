extension ReplyRules {
    /// What a new tenant starts with: any message gets a friendly receipt, at most once in twelve hours.
    /// - Parameter locale: BCP 47; languages without a text of their own get English.
    public static func receipt(locale: String) -> ReplyRules {
        ReplyRules(rules: [
            ReplyRule(name: "receipt", match: .any, text: receiptText(locale: locale), cooldownSeconds: 12 * 60 * 60)
        ])
    }

    private static func receiptText(locale: String) -> String {
        switch locale.lowercased().split(whereSeparator: { $0 == "-" || $0 == "_" }).first {
        case "de":
            "Hallo {{username}}, danke für Ihre Nachricht an {{practice}}. Wir haben sie erhalten und melden uns "
                + "so bald wie möglich. In einem Notfall rufen Sie bitte die 112 an."
        default:
            "Hello {{username}}, thank you for your message to {{practice}}. We have received it and will get back to "
                + "you as soon as we can. In an emergency, please call your local emergency number."
        }
    }
}
