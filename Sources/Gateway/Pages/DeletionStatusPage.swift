internal import Foundation
internal import Tenancy

/// What became of a request to delete a person's data. It names nobody: whoever has the code knows who it is.
struct DeletionStatusPage: Page, Equatable {
    /// `Instagram` or `Facebook`, where the request was made.
    var app: String
    /// In UTC.
    var requested: String
    /// In UTC.
    var done: String
    /// Whether anything of the person was there.
    var heldData: Bool

    var title: String { "Your data was deleted" }

    init(_ deletion: DataDeletion) {
        app = deletion.app.capitalized
        requested = deletion.requestedAt.rfc3339
        done = deletion.doneAt.rfc3339
        heldData = deletion.connections > 0
    }

    static let unknownCode = FaultPage(
        title: "This code is not known", message: "There is no deletion with this confirmation code.",
        advice: "Check that the whole address was copied.")

    static let template = """
        <p>You asked {{app}} to have the data deleted that this service held about you because you had connected an
        account with it.</p>
        <dl>
        <dt>Requested</dt><dd>{{requested}}</dd>
        <dt>Done</dt><dd>{{done}}</dd>
        </dl>
        {{#heldData}}
        <p>The access that you had given, your id and your user name are destroyed. Nothing is received or sent in your
        name any more.</p>
        {{/heldData}}
        {{^heldData}}
        <p>Nothing was held about you.</p>
        {{/heldData}}
        <p class="note">Conversations between patients and a practice belong to the practice and are not part of this.
        Please ask the practice about them.</p>
        """
}
