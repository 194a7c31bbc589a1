/// The transfers of a loop, waiting and under way. Lives on the loop's thread.
struct CurlTransfers {
    private struct Active {
        let transfer: CurlTransfer
        let easy: CurlEasy
    }

    private let configuration: CurlConfiguration
    private let multi: CurlMulti
    private var queue: CurlQueue
    private var active: [UInt: Active] = [:]

    init(_ configuration: CurlConfiguration, _ multi: CurlMulti) {
        self.configuration = configuration
        self.multi = multi
        queue = CurlQueue(maxPerHost: configuration.maxHostConnections, maxTotal: configuration.maxConnections)
    }

    mutating func accept(_ transfers: [CurlTransfer]) {
        for transfer in transfers {
            if transfer.ticket.isCancelled {
                transfer.finish(.failure(.cancelled(wasSent: false)))
            } else {
                queue.append(transfer)
            }
        }
    }

    mutating func cancel(_ ticket: CurlTicket) {
        if let transfer = queue.remove(ticket) {
            transfer.finish(.failure(.cancelled(wasSent: false)))
        } else if let key = active.first(where: { $0.value.transfer.ticket === ticket })?.key {
            abandon(key)
        }
    }

    mutating func cancelAll() {
        for key in Array(active.keys) { abandon(key) }
        for transfer in queue.removeAll() { transfer.finish(.failure(.cancelled(wasSent: false))) }
    }

    /// Starts what has room, moves everything on and ends what is done.
    /// - Returns: how long nothing else needs to happen unless a socket or another thread calls.
    mutating func advance() -> Duration {
        for transfer in queue.removeExpired(.now) { transfer.finish(.failure(.notSent(.timeout))) }
        var hasRoom = true
        while hasRoom {
            while let transfer = queue.next() { begin(transfer) }
            multi.perform()
            hasRoom = false
            while let done = multi.nextCompleted() {
                guard let ended = active.removeValue(forKey: done.address) else { continue }
                multi.remove(ended.easy)
                queue.release(ended.transfer)
                ended.transfer.finish(ended.easy.result(done.code))
                hasRoom = true
            }
        }
        let longest = Duration.seconds(30)
        return queue.nextDeadline.map { min(longest, $0 - .now) } ?? longest
    }

    private mutating func begin(_ transfer: CurlTransfer) {
        do {
            let easy = try CurlEasy(transfer.request, configuration, timeout: transfer.deadline - .now)
            try multi.add(easy)
            active[easy.address] = Active(transfer: transfer, easy: easy)
        } catch {
            queue.release(transfer)
            transfer.finish(.failure(error))
        }
    }

    private mutating func abandon(_ key: UInt) {
        guard let ended = active.removeValue(forKey: key) else { return }
        let wasSent = ended.easy.mayHaveBeenSent
        multi.remove(ended.easy)
        queue.release(ended.transfer)
        ended.transfer.finish(.failure(.cancelled(wasSent: wasSent)))
    }
}
