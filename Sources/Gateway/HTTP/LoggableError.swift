internal import Cryptography
internal import Integrations
internal import Storage
internal import Tenancy

/// Which errors may be written to the log with their own words: those of ours that promise to hold no secret.
enum LoggableError {
    static func describe(_ error: any Error) -> String {
        switch error {
        case let error as StorageError: error.description
        case let error as GraphError: error.description
        case let error as KeyError: error.description
        case let error as TenantError: error.description
        case let error as CryptographyError: error.description
        default: "\(type(of: error))"
        }
    }
}
