import Testing

@testable import Tenancy

@Suite struct TemplateTests {
    @Test(arguments: [
        ("Hi {{username}}, welcome to {{practice}}.", "ann", "Hi ann, welcome to Praxis {{username}}."),
        ("Hi {{username}}, welcome.", nil, "Hi, welcome."),
        ("Hi {{ username }}!", nil, "Hi!"),
        ("Hi {{username}}!", "", "Hi!"),
        ("{{username}}, thank you.", nil, "Thank you."),
        ("One.\n{{username}}: two", nil, "One.\nTwo"),
        ("Hi @{{username}}, x", nil, "Hi, x"),
        ("Hi @{{username}}, x", "ann", "Hi @ann, x"),
        ("{{username}}", nil, ""),
        ("{{other}} {{{username}}} {{", "ann", "{{other}} {ann} {{"),
        ("Hi {{username}}", "{{practice}}", "Hi {{practice}}"),
        ("Hi {{username}}", "a\nb\u{0}c", "Hi abc"),
        ("nothing to fill", nil, "nothing to fill"),
    ])
    func placesAreFilledOnce(text: String, username: String?, expected: String) {
        #expect(Template(text).filled(username: username, practice: "Praxis {{username}}") == expected)
    }
}
