extension PracticeText {
    var german: String {
        switch self {
        case .title: "Instagram-Nachrichten"
        case .account: "Konto"
        case .way: "Verbunden über"
        case .lastMessage: "Letzte Nachricht"
        case .lastReply: "Letzte Antwort"
        case .answeredToday: "Heute beantwortet"
        case .checks: "Worauf wir achten"
        case .checkedAt: "Zuletzt haben wir Meta {{time}} gefragt; wir fragen jeden Tag."
        case .notChecked: "Wir fragen Meta jeden Tag; das erste Mal steht noch bevor."

        case .wordPass: "In Ordnung"
        case .wordWarn: "Bitte ansehen"
        case .wordFail: "Geht nicht"

        case .stateActive: "Alles in Ordnung"
        case .stateActiveText: "Nachrichten werden empfangen und beantwortet."
        case .stateDegraded: "Läuft, aber etwas braucht Ihre Aufmerksamkeit"
        case .stateDegradedText: "Nachrichten werden weiter empfangen und beantwortet. Unten steht, was zu tun ist."
        case .stateImpaired: "Etwas braucht Ihre Aufmerksamkeit"
        case .stateImpairedText:
            "Nachrichten werden zurzeit vielleicht nicht empfangen oder beantwortet. Unten steht, was zu tun ist."
        case .stateReconnect: "Bitte neu verbinden"
        case .stateReconnectText:
            "Der Zugang zum Konto ist verloren gegangen. Eintreffende Nachrichten werden aufbewahrt und beantwortet, sobald "
                + "Sie neu verbunden haben, sofern das innerhalb von 24 Stunden geschieht."
        case .statePending: "Wird eingerichtet"
        case .statePendingText: "Das Verbinden hat begonnen und ist noch nicht fertig."
        case .stateNone: "Kein Konto verbunden"
        case .stateNoneText: "Nachrichten werden weder empfangen noch beantwortet."
        case .stateEnded: "Beendet"

        case .access: "Zugang zum Konto"
        case .accessGood: "Meta nimmt unseren Zugang an, und er endet nicht von selbst."
        case .accessUntil: "Meta nimmt unseren Zugang an. Er wird von selbst erneuert und gilt zurzeit bis {{date}}."
        case .accessEnding:
            "Der Zugang endet am {{date}} und konnte bisher nicht erneuert werden. Neu verbinden erneuert ihn sofort."
        case .accessDead: "Meta nimmt unseren Zugang nicht mehr an. Bitte verbinden Sie neu."
        case .permissions: "Berechtigungen"
        case .permissionsGood: "Alles Nötige ist erlaubt."
        case .permissionsMissing: "Es fehlt: {{names}}. Bitte verbinden Sie neu und lassen Sie alles eingeschaltet."
        case .permissionsRefused:
            "Meta lässt uns keine Nachrichten lesen oder beantworten. Bitte sehen Sie nach, ob in der Instagram-App der "
                + "Zugriff auf Nachrichten eingeschaltet ist (Einstellungen, Nachrichten, Verknüpfte Tools). Verbinden Sie dann neu und "
                + "lassen Sie alles eingeschaltet."
        case .delivery: "Zustellung der Nachrichten"
        case .deliveryGood: "Meta stellt uns neue Nachrichten zu."
        case .deliveryMissing:
            "Meta stellt uns keine Nachrichten zu. Wir versuchen täglich, das zu ändern; neu verbinden tut es sofort."
        case .arrivals: "Lebenszeichen"
        case .arrivalsGood: "Zuletzt haben wir {{time}} von Meta gehört."
        case .arrivalsNone:
            "Bisher ist nichts eingetroffen. Schreiben Sie der Praxis zur Probe von einem anderen Instagram-Konto."
        case .arrivalsOld:
            "Zuletzt haben wir {{time}} von Meta gehört. Schreiben Sie der Praxis zur Probe von einem anderen "
                + "Instagram-Konto."
        case .senders: "Wer schreibt"
        case .sendersGood: "Meta sagt uns zu jeder Nachricht, wer sie geschrieben hat."
        case .sendersMissing: "Von den Nachrichten des letzten Tages kamen {{percent}} % ohne Absender."
        case .sendersCure: "Dagegen hilft die Umstellung auf {{flow}}."
        case .answers: "Automatische Antworten"
        case .answersOn: "Automatische Antworten sind eingeschaltet."
        case .answersPaused:
            "Automatische Antworten sind für die Praxis angehalten. Nachrichten werden trotzdem aufgezeichnet."
        case .answersOff:
            "Antworten sind zurzeit vom Betreiber ausgeschaltet. Nachrichten werden aufbewahrt und beantwortet, sobald sie "
                + "wieder eingeschaltet sind."

        case .actions: "Was Sie tun können"
        case .connect: "Ein Konto verbinden"
        case .connectText: "Öffnet die Seite, auf der Sie das Konto der Praxis verbinden."
        case .reconnect: "Neu verbinden"
        case .reconnectText: "Erneuert den Zugang zum selben Konto. Gespräche und Einstellungen bleiben."
        case .switchFlow: "Auf {{flow}} umstellen"
        case .switchText:
            "{{way}} Die jetzige Verbindung läuft weiter, bis die neue funktioniert, und Gespräche bleiben."
        case .switchGoOn: "Umstellung auf {{flow}} fortsetzen"
        case .switchGoOnText: "Eine Umstellung hat begonnen. Bis sie fertig ist, läuft die jetzige Verbindung weiter."
        case .stay: "Bei {{flow}} bleiben"
        case .disconnect: "Trennen"
        case .disconnectText: "Beendet die Verbindung. Wir fragen vorher noch einmal."
        case .signOut: "Diese Seite schließen"
        case .closes: "Zur Sicherheit schließt sich diese Seite um {{time}} Uhr. Ihr Link öffnet sie wieder."

        case .disconnectTitle: "Das Konto trennen?"
        case .disconnectAsk: "{{account}} wird von {{practice}} getrennt:"
        case .disconnectMessages: "Neue Nachrichten werden hier nicht mehr empfangen und nicht mehr beantwortet."
        case .disconnectHistory: "Bisherige Gespräche bleiben aufgezeichnet. Unser Zugang zum Konto wird vernichtet."
        case .disconnectAgain: "Sie können das Konto jederzeit wieder verbinden."
        case .disconnectYes: "Ja, trennen"
        case .disconnectNo: "Nein, verbunden lassen"

        case .signedOutTitle: "Die Seite ist geschlossen"
        case .signedOutText: "Sie können dieses Fenster schließen. Ihr Link öffnet die Seite wieder."
        }
    }
}
