internal import Integrations

extension ConnectFault {
    var german: FaultWords {
        let unchanged = "Es wurde nichts geändert."
        let newLink = "Bitten Sie um einen neuen, von wem Sie den Link bekommen haben."
        let again = "Sie können es mit demselben Link noch einmal versuchen."
        let later =
            "Versuchen Sie es in einigen Minuten noch einmal. Geschieht es wieder, sagen Sie dem Betreiber dieses Dienstes "
            + "Bescheid."
        return switch self {
        case .linkUnknown:
            FaultWords(
                title: "Dieser Link ist nicht bekannt", message: "Unter dieser Adresse gibt es keinen Link.",
                advice: "Prüfen Sie, ob die ganze Adresse kopiert wurde. \(newLink)")
        case .linkExpired:
            FaultWords(
                title: "Dieser Link ist abgelaufen", message: "Er kann nicht mehr benutzt werden.", advice: newLink)
        case .linkUsed:
            FaultWords(
                title: "Dieser Link wurde schon benutzt",
                message: "Mit ihm wurde ein Konto verbunden. Er gilt nur einmal.",
                advice: "Bitten Sie um einen neuen Link, um neu zu verbinden.")
        case .linkOnlyShows:
            FaultWords(
                title: "Dieser Link zeigt nur den Zustand", message: "Er ist nicht zum Verbinden gemacht. \(unchanged)",
                advice: "Bitten Sie um einen Link zum Verbinden.")
        case .flowOff(let flow):
            FaultWords(
                title: "Verbinden ist zurzeit nicht möglich",
                message:
                    "\(flow.map { "\($0) ist hier nicht eingerichtet." } ?? "Diese Art der Verbindung ist nicht bekannt.") "
                    + unchanged, advice: "Der Betreiber dieses Dienstes muss sie einschalten.")
        case .connectingOff:
            FaultWords(
                title: "Verbinden ist zurzeit ausgeschaltet", message: "Der Link bleibt gültig. \(unchanged)",
                advice: "\(again) Bitte warten Sie etwas.")
        case .stateUnknown:
            FaultWords(
                title: "Diese Anmeldung ist nicht bekannt",
                message: "Sie wurde nicht hier begonnen, oder vor langer Zeit. \(unchanged)",
                advice: "Öffnen Sie Ihren Link noch einmal und beginnen Sie von dort.")
        case .stateExpired:
            FaultWords(
                title: "Das hat zu lange gedauert",
                message: "Eine Anmeldung muss innerhalb von zehn Minuten fertig sein. \(unchanged)", advice: again)
        case .stateReused:
            FaultWords(
                title: "Dieser Schritt war schon getan", message: "Dieselbe Antwort kam ein zweites Mal. \(unchanged)",
                advice: "Ist das Konto noch nicht verbunden, öffnen Sie Ihren Link noch einmal.")
        case .foreignBrowser:
            FaultWords(
                title: "Diese Anmeldung begann in einem anderen Browser",
                message: "Sie muss dort beendet werden, wo sie begonnen wurde. \(unchanged)",
                advice: "Öffnen Sie Ihren Link in diesem Browser, mit erlaubten Cookies, und beginnen Sie von dort.")
        case .denied:
            FaultWords(
                title: "Sie haben nicht zugestimmt", message: "Die Berechtigungen wurden nicht gegeben. \(unchanged)",
                advice: again)
        case .scopesMissing:
            FaultWords(
                title: "Es fehlen Berechtigungen",
                message: "Ohne diese Berechtigungen können Nachrichten nicht empfangen oder beantwortet werden. "
                    + unchanged,
                advice: "Versuchen Sie es noch einmal und lassen Sie alle Berechtigungen eingeschaltet.")
        case .nothingEligible(let accounts):
            FaultWords(
                title: "Kein Konto kann verbunden werden",
                message: accounts.isEmpty
                    ? "Ihre Anmeldung reicht für kein Konto. \(unchanged)"
                    : "Keines der Konten, für die Ihre Anmeldung reicht, kann verbunden werden. \(unchanged)",
                advice:
                    "Melden Sie sich als jemand an, der das Konto der Praxis verwaltet, und wählen Sie dieses Konto.")
        case .tooManyAttempts:
            FaultWords(
                title: "Zu viele Versuche",
                message: "Dieser Link wurde innerhalb weniger Minuten sehr oft benutzt. \(unchanged)",
                advice: "Warten Sie zehn Minuten und öffnen Sie den Link noch einmal, oder bitten Sie um einen neuen.")
        case .accountTaken:
            FaultWords(
                title: "Dieses Konto gehört zu einer anderen Praxis",
                message: "Ein Instagram-Konto kann nur mit einer Praxis verbunden sein. \(unchanged)",
                advice: "Trennen Sie es zuerst dort, oder wählen Sie ein anderes Konto.")
        case .otherAccount:
            FaultWords(
                title: "Dies ist ein anderes Konto",
                message: "Mit der Praxis ist ein anderes Instagram-Konto verbunden, und sie kann nur eines haben. "
                    + unchanged,
                advice: "Melden Sie sich mit dem verbundenen Konto an, oder lassen Sie jenes zuerst trennen.")
        case .notSubscribed:
            FaultWords(
                title: "Nachrichten können nicht empfangen werden",
                message: "Meta hat nicht bestätigt, dass uns Nachrichten zugestellt werden. \(unchanged)", advice: later
            )
        case .meta(let error):
            FaultWords(
                title: "Meta hat nicht wie erwartet geantwortet",
                message: "\(Self.german(MetaFault(error))) \(unchanged)", advice: later)
        case .choicesGone:
            FaultWords(
                title: "Es gibt nichts auszuwählen",
                message: "Die Auswahl hat zu lange gedauert oder wurde schon getroffen.", advice: again)
        case .formForeign:
            FaultWords(
                title: "Dieses Formular wurde nicht angenommen",
                message: "Es kam nicht von der Seite, die diesem Browser gezeigt wurde. \(unchanged)",
                advice: "Öffnen Sie die Seite neu und versuchen Sie es noch einmal.")
        case .choiceUnknown:
            FaultWords(
                title: "Dieses Konto kann nicht ausgewählt werden",
                message: "Es ist nicht unter denen, die verbunden werden können. \(unchanged)", advice: again)
        case .sessionOver:
            FaultWords(
                title: "Diese Seite ist geschlossen",
                message: "Zur Sicherheit schließt sie sich nach einer halben Stunde. \(unchanged)",
                advice: "Öffnen Sie Ihren Link noch einmal. Ist der Link abgelaufen, bitten Sie um einen neuen.")
        case .unavailable:
            FaultWords(
                title: "Das hat nicht geklappt",
                message: "Der Dienst konnte diesen Schritt nicht beenden. \(unchanged)",
                advice: "Versuchen Sie es in einigen Minuten noch einmal.")
        }
    }

    private static func german(_ fault: MetaFault) -> String {
        switch fault {
        case .unreachable: "Meta war nicht zu erreichen."
        case .throttled: "Meta nimmt im Augenblick keine weiteren Anfragen an."
        case .permission: "Meta sagt, dass eine Berechtigung oder eine Rolle fehlt."
        case .refused: "Meta hat die Anmeldung nicht angenommen."
        case .other: "Meta hat mit einem Fehler geantwortet."
        }
    }
}
