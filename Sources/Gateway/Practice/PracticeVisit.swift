internal import Tenancy

/// A request of a browser that has a practice's session.
struct PracticeVisit: Sendable {
    let session: Session
    let tenant: Tenant
    let language: PageLanguage

    /// Who it is, for the audit log.
    func author(requestID: String) -> AuditAuthor {
        AuditAuthor(.practiceSession(session.handle), requestID: requestID)
    }
}
