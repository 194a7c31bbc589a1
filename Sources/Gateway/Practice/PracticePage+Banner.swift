internal import Tenancy

extension PracticePage.Banner {
    /// Where answers do not go out, nothing is well, whatever the connection is.
    init(_ connection: Connection?, answers: PracticeChecklist.Answers, in language: PageLanguage) {
        let (status, headline, text): (PracticeChecklist.Status, PracticeText, PracticeText) =
            switch (connection?.state, answers) {
            case (.active?, .on): (.pass, .stateActive, .stateActiveText)
            case (.degraded?, _) where [.scopesMissing, .notSubscribed].contains(connection?.reason):
                (.fail, .stateImpaired, .stateImpairedText)
            case (.active?, .paused), (.degraded?, .paused): (.warn, .stateDegraded, .answersPaused)
            case (.active?, .off), (.degraded?, .off): (.warn, .stateDegraded, .answersOff)
            case (.degraded?, .on): (.warn, .stateDegraded, .stateDegradedText)
            case (.reconnectRequired?, _): (.fail, .stateReconnect, .stateReconnectText)
            case (.pending?, _): (.warn, .statePending, .statePendingText)
            case (.disconnected?, _), (nil, _): (.fail, .stateNone, .stateNoneText)
            }
        self.init(status: status.rawValue, headline: headline.text(in: language), text: text.text(in: language))
    }
}
