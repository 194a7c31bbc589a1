internal import Cryptography

/// What a browser keeps in its cookie while it connects: binds a sign-in and its forms to that browser.
struct BrowserSecret: Sendable, Equatable {
    /// How long the cookie is kept, in seconds: a sign-in and a choice, ten minutes each, and some time to read.
    static let lifetime = 1800

    private static let count = 32
    private let bytes: [UInt8]

    /// A fresh one of 256 bits.
    init() {
        bytes = RandomBytes.make(Self.count)
    }

    /// - Parameter text: the cookie's value.
    init?(_ text: String) {
        guard let bytes = Base64URL.decode(text), bytes.count == Self.count else { return nil }
        self.bytes = bytes
    }

    /// The cookie's value.
    var text: String { Base64URL.encode(bytes) }

    /// What is stored of it.
    var hash: [UInt8] { SHA256.digest(bytes) }

    /// A form's token: only who has the cookie can make it, and it fits one sign-in alone.
    /// - Parameter context: names the sign-in.
    func formToken(_ context: [UInt8]) -> String {
        Base64URL.encode(SHA256.digest(Array("clariva.form.".utf8) + bytes + context))
    }

    /// Whether a form brings the right token, compared in constant time.
    func accepts(_ token: String, _ context: [UInt8]) -> Bool {
        constantTimeEqual(Array(token.utf8), Array(formToken(context).utf8))
    }
}
