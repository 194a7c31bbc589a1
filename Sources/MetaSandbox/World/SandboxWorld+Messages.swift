internal import Cryptography
internal import Integrations

extension SandboxWorld {
    /// The thread of an account and a person, made if there is none.
    mutating func openThread(_ key: ThreadKey) -> SandboxThread {
        if let known = threads[key] { return known }
        let accountName = accounts.first { $0.id == key.accountID }?.username ?? key.accountID
        let pair = PairKey(accountName, key.person)
        if threadNumbers[pair] == nil {
            threadNumbers[pair] = (newThreadNumber(), newThreadNumber())
        }
        let numbers = threadNumbers[pair] ?? (0, 0)
        let thread = SandboxThread(
            common: numbers.common, pageFlow: numbers.pageFlow, messengerID: "t_\(3_000_000_000 + nextNumber())")
        threads[key] = thread
        threadsOfAccount[key.accountID, default: []].append(key)
        return thread
    }

    /// Shaped like the thread numbers of today's mids: fixed high half, small low half.
    private mutating func newThreadNumber() -> UInt128 {
        UInt128(0xFFFF_FFFF_0000_0010) << 64 | UInt128(0x1000_0000_0000_0000 | random.next() >> 16)
    }

    /// The thread's number as one flow shows it.
    func threadNumber(_ thread: SandboxThread, _ key: ThreadKey, _ flow: SandboxFlow) -> UInt128 {
        flow == .facebookPage && flowsDiffer(key.accountID) ? thread.pageFlow : thread.common
    }

    /// The conversation id as the API names it.
    func conversationID(_ thread: SandboxThread, _ key: ThreadKey, _ flow: SandboxFlow) -> String {
        guard key.channel == .instagram else { return thread.messengerID }
        let number = threadNumber(thread, key, flow)
        return InstagramConversationID(account: key.accountID, thread: number).encoded
    }

    /// Stores a message and gives it its ids.
    /// - Parameters:
    ///   - micros: its creation time; `nil` is now.
    ///   - mids: its ids, where they are known already.
    @discardableResult
    mutating func store(
        _ content: SandboxContent, in key: ThreadKey, isInbound: Bool, micros: Int64? = nil,
        mids: [SandboxFlow: String]? = nil, sentThrough: SandboxFlow? = nil
    ) -> Int {
        var thread = openThread(key)
        let micros = micros ?? nextMicros()
        let message = SandboxMessage(
            thread: key, isInbound: isInbound, content: content, micros: micros,
            mids: mids ?? newMids(thread, key, micros: micros), sentThrough: sentThrough)
        let index = messages.count
        messages.append(message)
        for mid in message.mids.values { messagesByMid[MidKey(accountID: key.accountID, mid: mid)] = index }
        thread.messages.append(index)
        if isInbound { thread.lastInbound = max(thread.lastInbound ?? 0, message.millis) }
        threads[key] = thread
        return index
    }

    /// The ids of a message in both flows.
    mutating func newMids(_ thread: SandboxThread, _ key: ThreadKey, micros: Int64) -> [SandboxFlow: String] {
        guard key.channel == .instagram else {
            return [.facebookPage: "m_" + newMessengerID()]
        }
        let item = UInt128(UInt64(max(0, micros))) << 64
        var mids: [SandboxFlow: String] = [:]
        for flow in SandboxFlow.allCases {
            let number = threadNumber(thread, key, flow)
            mids[flow] = InstagramMessageID(account: key.accountID, thread: number, item: item).encoded
        }
        return mids
    }

    /// Messenger's opaque message id: 64 bytes, of which some are constant.
    private mutating func newMessengerID() -> String {
        Base64URL.encode([UInt8](repeating: 0, count: 16) + random.bytes(16) + [UInt8](repeating: 0, count: 32))
    }

    /// The newest message of a thread that the filter takes.
    func newestMessage(in key: ThreadKey, where isWanted: (SandboxMessage) -> Bool) -> Int? {
        threads[key]?.messages.last { isWanted(messages[$0]) }
    }
}
