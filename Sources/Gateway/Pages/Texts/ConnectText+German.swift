extension ConnectText {
    var german: String {
        switch self {
        case .title: "Instagram verbinden"
        case .intro:
            "Hier verbinden Sie das Instagram-Konto von {{practice}}, damit Direktnachrichten von Patientinnen und "
                + "Patienten empfangen und beantwortet werden können."
        case .practice: "Praxis"
        case .way: "Art der Verbindung"
        case .expires: "Dieser Link gilt bis"
        case .now: "Zurzeit verbunden"
        case .account: "Konto"
        case .state: "Zustand"
        case .needs: "Was Sie brauchen"
        case .asked: "Wonach Sie gefragt werden"
        case .askedIntro:
            "Auf der nächsten Seite, bei Meta selbst, werden Sie um Folgendes gebeten. Bitte lassen Sie alles "
                + "eingeschaltet: Sonst können Nachrichten nicht empfangen oder beantwortet werden."
        case .password:
            "Sie melden sich bei Meta an: Ihr Passwort sehen wir nie. Sie können den Zugang jederzeit beenden."
        case .otherPermission: "Eine weitere Berechtigung"
        case .otherPermissionWhy: "Meta fragt sie zusammen mit den anderen ab."
        case .goOn: "Weiter"
        case .connectAgain: "Neu verbinden"
        case .switchFlow: "Umstellen"

        case .accountsTitle: "Konto auswählen"
        case .accountsIntro:
            "Ihre Anmeldung reicht für mehrere Konten. Wählen Sie das, auf dem {{practice}} Nachrichten bekommt."
        case .accountsLegend: "Konten"
        case .accountsButton: "Dieses Konto verbinden"
        case .excluded: "Können nicht verbunden werden"
        case .noInstagramAccount:
            "Mit dieser Seite ist kein professionelles Instagram-Konto verknüpft. Verknüpfen Sie eines in den "
                + "Einstellungen der Seite."
        case .noMessagingTask:
            "Sie dürfen auf dieser Seite keine Nachrichten beantworten. Bitten Sie die Inhaberin oder den Inhaber um die "
                + "Aufgabe „Nachrichten“."
        case .personalAccount:
            "Dies ist ein persönliches Konto. Stellen Sie es in der Instagram-App auf ein professionelles Konto um."
        case .noAccount: "Es gehört kein professionelles Instagram-Konto dazu."

        case .doneTitle: "Instagram ist verbunden"
        case .doneText:
            "{{account}} ist über {{flow}} mit {{practice}} verbunden. Nachrichten werden von jetzt an empfangen."
        case .doneClose: "Sie können diese Seite schließen."
        case .doneBack: "Zur Seite der Praxis"

        case .deletionTitle: "Ihre Daten wurden gelöscht"
        case .deletionIntro:
            "Sie haben {{app}} gebeten, die Daten löschen zu lassen, die dieser Dienst über Sie gespeichert hatte, weil "
                + "Sie ein Konto mit ihm verbunden hatten."
        case .deletionRequested: "Verlangt"
        case .deletionDone: "Erledigt"
        case .deletionHeld:
            "Der Zugang, den Sie gegeben hatten, Ihre Kennung und Ihr Benutzername sind vernichtet. In Ihrem Namen wird "
                + "nichts mehr empfangen oder gesendet."
        case .deletionNone: "Über Sie war nichts gespeichert."
        case .deletionNote:
            "Gespräche zwischen einer Praxis und ihren Patientinnen und Patienten gehören der Praxis und sind nicht "
                + "betroffen. Bitte fragen Sie dazu die Praxis."
        case .deletionUnknownTitle: "Dieser Code ist nicht bekannt"
        case .deletionUnknownText: "Zu diesem Bestätigungscode gibt es keine Löschung."
        case .deletionUnknownAdvice: "Prüfen Sie, ob die ganze Adresse kopiert wurde."
        }
    }
}
