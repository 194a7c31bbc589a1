internal import Foundation
internal import Tenancy

/// What became of a request to delete a person's data. It names nobody: whoever has the code knows who it is.
struct DeletionStatusPage: Page, Equatable {
    var language: PageLanguage
    /// `Instagram` or `Facebook`, where the request was made.
    var app: String
    /// In UTC.
    var requested: String
    /// In UTC.
    var done: String
    /// Whether anything of the person was there.
    var heldData: Bool

    var title: String { ConnectText.deletionTitle.text(in: language) }

    init(_ deletion: DataDeletion, in language: PageLanguage) {
        self.language = language
        app = deletion.app.capitalized
        let time = PageTime(language: language, timezone: "UTC", now: deletion.doneAt)
        requested = time.exact(deletion.requestedAt)
        done = time.exact(deletion.doneAt)
        heldData = deletion.connections > 0
    }

    static func unknownCode(in language: PageLanguage) -> FaultPage {
        FaultPage(
            language: language, title: ConnectText.deletionUnknownTitle.text(in: language),
            message: ConnectText.deletionUnknownText.text(in: language),
            advice: ConnectText.deletionUnknownAdvice.text(in: language))
    }

    static let template = """
        <p>[[deletion.intro]]</p>
        <dl>
        <dt>[[deletion.requested]]</dt><dd>{{requested}}</dd>
        <dt>[[deletion.done]]</dt><dd>{{done}}</dd>
        </dl>
        {{#heldData}}
        <p>[[deletion.held]]</p>
        {{/heldData}}
        {{^heldData}}
        <p>[[deletion.none]]</p>
        {{/heldData}}
        <p class="note">[[deletion.note]]</p>
        """
}
