import Foundation
import Synchronization

/// The thread that drives libcurl, and the inbox through which others reach it.
///
/// Only the thread touches transfers; everybody else puts a command into the inbox and wakes it. So a blocking call of
/// libcurl never holds a thread of the cooperative pool.
final class CurlLoop: Sendable {
    private struct Inbox {
        var submitted: [CurlTransfer] = []
        var cancelled: [CurlTicket] = []
        var isStopping = false
        var hasEnded = false
    }

    private let configuration: CurlConfiguration
    private let multi: CurlMulti
    private let inbox = Mutex(Inbox())

    init(_ configuration: CurlConfiguration) throws(TransportError) {
        self.configuration = configuration
        multi = try CurlMulti(configuration)
    }

    func start() {
        let thread = Thread { self.run() }
        thread.name = "clariva-curl"
        thread.start()
    }

    func submit(_ transfer: CurlTransfer) {
        let isAccepted = inbox.withLock { inbox in
            guard !inbox.isStopping else { return false }
            inbox.submitted.append(transfer)
            multi.wakeUp()
            return true
        }
        if !isAccepted { transfer.finish(.failure(.notSent(.shutDown))) }
    }

    /// The ticket says already that it is cancelled: a transfer that arrives later is refused by that.
    func cancel(_ ticket: CurlTicket) {
        inbox.withLock { inbox in
            guard !inbox.isStopping else { return }
            inbox.cancelled.append(ticket)
            multi.wakeUp()
        }
    }

    func stop() {
        inbox.withLock { inbox in
            inbox.isStopping = true
            if !inbox.hasEnded { multi.wakeUp() }
        }
    }

    private func run() {
        var transfers = CurlTransfers(configuration, multi)
        while true {
            let work = inbox.withLock { inbox in
                let work = inbox
                inbox.submitted = []
                inbox.cancelled = []
                return work
            }
            transfers.accept(work.submitted)
            for ticket in work.cancelled { transfers.cancel(ticket) }
            if work.isStopping { break }
            let longest = transfers.advance()
            multi.wait(atMost: longest)
        }
        transfers.cancelAll()
        inbox.withLock { inbox in
            inbox.hasEnded = true
            multi.close()
        }
    }
}
