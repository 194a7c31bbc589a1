/// The practice's own page: how its connection is, and what can be done about it.
struct PracticePage: Page, Equatable {
    /// How things are, in one sentence.
    struct Banner: Sendable, Equatable {
        /// The stylesheet's class: `pass`, `warn` or `fail`.
        var status: String
        var headline: String
        var text: String
    }

    /// A name and what it is.
    struct Fact: Sendable, Equatable {
        var name: String
        var value: String
    }

    /// What is looked at, and when Meta was last asked.
    struct Checks: Sendable, Equatable {
        /// One line of it.
        struct Item: Sendable, Equatable {
            /// The stylesheet's class: `pass`, `warn` or `fail`.
            var status: String
            /// The same as a word.
            var word: String
            var name: String
            /// How it is, and what to do.
            var text: String
        }

        var items: [Item]
        var asked: String
    }

    /// A button that changes something.
    struct Action: Sendable, Equatable {
        /// Where its form is sent.
        var path: String
        /// The flow that it is about, where it is about one.
        var flow: String?
        /// What it does.
        var text: String?
        /// What the button says.
        var label: String
        /// Whether it is what the reader has most likely come for.
        var isUrgent: Bool
    }

    var language: PageLanguage
    var practice: String
    /// What each form carries.
    var csrf: String
    var banner: Banner
    var facts: [Fact]
    var checks: Checks?
    var actions: [Action]
    /// The page that asks once more before disconnecting; `nil` where nothing is connected.
    var disconnectPath: String?
    /// When the page closes itself.
    var closes: String

    var title: String { PracticeText.title.text(in: language) }

    static let template = """
        <p class="lead">{{practice}}</p>
        {{#banner}}
        <div class="banner {{status}}"><h2>{{headline}}</h2><p>{{text}}</p></div>
        {{/banner}}
        <dl>
        {{#facts}}
        <dt>{{name}}</dt><dd>{{value}}</dd>
        {{/facts}}
        </dl>
        {{#checks}}
        <h2>[[practice.checks]]</h2>
        <ul class="plain">
        {{#items}}
        <li><div class="check"><h3>{{name}}</h3><span class="badge {{status}}">{{word}}</span></div><p>{{text}}</p></li>
        {{/items}}
        </ul>
        <p class="quiet">{{asked}}</p>
        {{/checks}}
        <h2>[[actions.title]]</h2>
        <ul class="plain">
        {{#actions}}
        <li><form class="action" method="post" action="{{path}}"><input type="hidden" name="csrf" value="{{csrf}}">
        {{#flow}}
        <input type="hidden" name="flow" value="{{.}}">
        {{/flow}}
        {{#text}}
        <p>{{.}}</p>
        {{/text}}
        <p><button class="button{{^isUrgent}} second{{/isUrgent}}" type="submit">{{label}}</button></p></form></li>
        {{/actions}}
        {{#disconnectPath}}
        <li><p>[[actions.disconnect_text]]</p><p><a class="button second" href="{{.}}">[[actions.disconnect]]</a></p></li>
        {{/disconnectPath}}
        </ul>
        <p class="quiet">{{closes}}</p>
        <form method="post" action="/practice/sign-out"><input type="hidden" name="csrf" value="{{csrf}}">
        <p><button class="button second" type="submit">[[actions.sign_out]]</button></p></form>
        """
}
