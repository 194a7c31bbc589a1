import Foundation
import Tenancy

extension AuditAuthor {
    /// Whoever runs this program, as the machine calls them.
    static var command: AuditAuthor { AuditAuthor(.command(user: NSUserName())) }
}
