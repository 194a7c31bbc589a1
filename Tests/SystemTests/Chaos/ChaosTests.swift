import Foundation
import Testing

/// What CLARIVA_CHAOS asks for.
enum ChaosForm: String {
    case short
    case long
    case controls

    static let asked = ProcessInfo.processInfo.environment["CLARIVA_CHAOS"].flatMap(ChaosForm.init(rawValue:))

    /// Both, unless CLARIVA_CHAOS_ENGINE names one.
    static let engines: [ChaosPlan.Database] =
        switch ProcessInfo.processInfo.environment["CLARIVA_CHAOS_ENGINE"] {
        case "sqlite": [.sqlite]
        case "postgres": [.postgres]
        default: [.sqlite, .postgres]
        }
}

/// The service keeps its promises while everything around it, and it itself, is broken again and again.
///
/// Only where it is asked for by CLARIVA_CHAOS, and then alone: the load needs the whole machine. `short` is part of
/// `make test`, `long` and `controls` are `make chaos`.
@Suite(.serialized, .enabled(if: ChaosForm.asked != nil))
struct ChaosTests {
    static let plans = ChaosForm.engines.flatMap { engine -> [ChaosPlan] in
        switch ChaosForm.asked {
        case .short: [.short(engine)]
        case .long: [.long(engine), .disk(engine)]
        case .controls, nil: []
        }
    }

    @Test(arguments: plans.indices)
    func keepsItsPromises(_ index: Int) async throws {
        var run = ChaosRun(Self.plans[index])
        let report = try await run.play()
        print(report.text)
        for (promise, faults) in report.verdict.faults {
            let some = faults.sorted().prefix(3).joined(separator: "; ")
            Issue.record("\(promise.rawValue): \(faults.count), such as \(some)")
        }
    }

    @Test(.enabled(if: ChaosForm.asked == .controls), arguments: ChaosPlan.controls.indices)
    func aBrokenServiceIsCaught(_ index: Int) async throws {
        let (plan, sees) = ChaosPlan.controls[index]
        var run = ChaosRun(plan)
        let report = try await run.play()
        print(report.text)
        #expect(report.verdict.faults[sees] != nil, "\(plan.name): \(sees.rawValue) were not seen")
    }
}
