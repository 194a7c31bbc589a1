// swift-tools-version: 6.2
import PackageDescription

/// Every target is compiled alike: Swift 6 mode, the upcoming features of the house style, warnings as errors.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// Tests read better without naming the module of every member they touch.
let tests: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"), .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]

/// Targets that call C say `unsafe` where they do.
let touchesC: [SwiftSetting] = house + [.strictMemorySafety()]

let package = Package(
    name: "clariva",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "clariva", targets: ["clariva"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration.git", exact: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-crypto.git", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics.git", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-system.git", exact: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift.git", exact: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache.git", exact: "2.1.1"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", exact: "5.7.1"),
    ],
    targets: [
        // C libraries: a module map and a shim each, nothing else.
        .systemLibrary(
            name: "CCurl", path: "Sources/Systems/CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(
            name: "CJansson", path: "Sources/Systems/CJansson", pkgConfig: "jansson",
            providers: [.apt(["libjansson-dev"])]),
        .systemLibrary(
            name: "COpenSSL", path: "Sources/Systems/COpenSSL", pkgConfig: "libcrypto",
            providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CPostgres", path: "Sources/Systems/CPostgres", pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]),

        .target(name: "Cryptography", dependencies: ["COpenSSL"], swiftSettings: touchesC),
        .target(
            name: "Storage",
            dependencies: [
                "Cryptography", "CPostgres", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: touchesC
        ),
        .target(name: "Tenancy", dependencies: ["Cryptography", "Storage"], swiftSettings: house),
        .target(name: "Integrations", dependencies: ["Cryptography", "CCurl", "CJansson"], swiftSettings: touchesC),
        .target(
            name: "Gateway",
            dependencies: [
                "Cryptography", "Integrations", "Storage", "Tenancy",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "Mustache", package: "swift-mustache"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "_NIOFileSystem", package: "swift-nio"),
            ],
            swiftSettings: house
        ),
        .target(
            name: "MetaSandbox",
            dependencies: [
                "Cryptography", "Integrations",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "clariva",
            dependencies: [
                "Cryptography", "Gateway", "Integrations", "MetaSandbox", "Storage", "Tenancy",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: house
        ),

        // What a bare route of the same server can do: the other side of the benchmark's ratio.
        .executableTarget(
            name: "bare-server",
            dependencies: [
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
            ],
            path: "bench/BareServer", swiftSettings: house
        ),

        // What several test targets need: databases of both engines, services that stop as they should, seeds, ports.
        .target(
            name: "TestSupport",
            dependencies: [
                "Storage",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            path: "Tests/TestSupport", swiftSettings: tests
        ),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"], swiftSettings: tests),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "TestSupport"], swiftSettings: tests),
        .testTarget(
            name: "TenancyTests", dependencies: ["Cryptography", "Storage", "Tenancy", "TestSupport"],
            swiftSettings: tests),
        .testTarget(
            name: "IntegrationsTests", dependencies: ["Cryptography", "Integrations", "TestSupport"],
            swiftSettings: tests),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Cryptography", "Gateway", "Integrations", "MetaSandbox", "Storage", "Tenancy", "TestSupport",
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: tests
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "clariva", "Cryptography", "Gateway", "Integrations", "MetaSandbox", "Storage", "Tenancy",
                "TestSupport",
            ],
            swiftSettings: tests
        ),
    ],
    swiftLanguageModes: [.v6]
)
