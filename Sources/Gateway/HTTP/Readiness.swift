internal import Storage

/// Whether the service can take work: the database answers and its schema is this program's.
struct Readiness: Sendable {
    let engine: any Engine

    /// - Returns: why not, in words for an operator; `nil` when it can.
    func fault() async -> String? {
        do {
            let pending = try await Migrator(engine).pending()
            return pending.isEmpty ? nil : "The schema is out of date: run clariva migrate."
        } catch let error as StorageError where error.kind == .schema {
            return "The schema does not fit this program."
        } catch {
            return "The database cannot be reached."
        }
    }
}
