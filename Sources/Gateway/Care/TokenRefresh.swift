internal import Integrations

/// Gets a new token and looks whose it is, before anybody gives up the old one.
struct TokenRefresh: Sendable {
    /// What came of it.
    enum Outcome: Sendable, Hashable {
        /// It works, and is the account's.
        case renewed(AccessToken)
        /// Meta says that the old one is dead.
        case dead(GraphError)
        /// Nothing is known: the old one may be as good as before.
        case failed(GraphError)
        /// The new one belongs to another account.
        case foreign
    }

    let integration: any Integration

    /// - Parameters:
    ///   - access: with the old token.
    ///   - ownIDs: every id of the account.
    func run(_ access: AccountAccess, ownIDs: Set<String>) async -> Outcome {
        var renewed = access
        do throws(GraphError) {
            renewed.token = try await integration.refresh(access)
        } catch {
            return error.kind == .tokenDead ? .dead(error) : .failed(error)
        }
        do throws(GraphError) {
            // That a new token does not work says nothing of the old one.
            guard let account = try await integration.inspect(renewed).instagramPageID else {
                return .failed(GraphError(.malformed))
            }
            return ownIDs.contains(account) ? .renewed(renewed.token) : .foreign
        } catch {
            return .failed(error)
        }
    }
}
