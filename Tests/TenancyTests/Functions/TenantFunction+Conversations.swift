import Storage

@testable import Tenancy

extension TenantFunction {
    static let conversations: [TenantFunction] = [
        .asks("conversation(_:)") { try $0.conversation($1.who.conversation.id) != nil },
        .asks("listedConversation(_:)") { try $0.listedConversation($1.who.conversation.id) != nil },
        .tells("conversations(before:limit:)") { rows, _ in try rows.conversations(limit: 100).items.count },
        .asks("correspondence(ofThread:)") { rows, _ in
            try rows.correspondence(ofThread: Correspondent.thread) != nil
        },
        .asks("correspondence(with:)") { try $0.correspondence(with: $1.claim) != nil },
        .asks("correspond(_:known:now:makeID:)") { rows, full in
            let found = try rows.correspond(full.claim, now: full.now) {
                full.test.store.makeID(now: full.now, of: Patient.self).raw
            }
            return found.conversation.id == full.who.conversation.id
        },
        .changes("touch(_:inbound:at:)") { try $0.touch($1.who.conversation.id, inbound: true, at: $1.later) },
        .asks("setAutomation(_:until:of:)") {
            try $0.setAutomation(.paused, until: nil, of: $1.who.conversation.id)
        },
        .changes("setOptedOut(_:of:)") { try $0.setOptedOut(true, of: $1.who.conversation.id) },

        .asks("address(of:account:flow:channel:)") { rows, full in
            try rows.address(
                of: full.who.conversation.patientID, account: Correspondent.account, flow: TestStore.flow,
                channel: .instagram) != nil
        },
        .asks("address(_:)") { try $0.address($1.who.address.id) != nil },
        .asks("address(_:)") { try $0.address($1.claim) != nil },
        .adds("insertPatient(now:id:)") { rows, full in
            _ = try rows.insertPatient(
                now: full.now, id: full.test.store.makeID(now: full.now, of: Patient.self).raw)
        },
        .adds("insertAddress(_:of:now:id:)") { rows, full in
            let id = full.test.store.makeID(now: full.now, of: Address.self).raw
            _ = try rows.insertAddress(full.claim, of: full.who.conversation.patientID, now: full.now, id: id)
        },
        .asks("patient(_:)") { try $0.patient($1.who.conversation.patientID) != nil },
        .asks("username(of:)") { try $0.username(of: $1.who.conversation.patientID) != nil },
        .changes("learnUsername(_:of:)") { try $0.learnUsername("other", of: $1.who.conversation.patientID) },
    ]

    static let messages: [TenantFunction] = [
        .asks("message(_:)") { try $0.message($1.who.message.id) != nil },
        .asks("message(mid:)") { rows, _ in try rows.message(mid: Correspondent.mid) != nil },
        .asks("message(item:notThrough:)") { rows, _ in
            try rows.message(item: [Correspondent.account, "1"], notThrough: Flow(rawValue: "facebook_page")) != nil
        },
        .asks("knows(mid:)") { rows, _ in try rows.knows(mid: Correspondent.mid) },
        .asks("newestInbound(of:)") { try $0.newestInbound(of: $1.who.conversation.id) != nil },
        .tells("messages(of:before:limit:)") { try $0.messages(of: $1.who.conversation.id, limit: 100).items.count },
        .adds("insert(_:)") { rows, full in
            _ = try rows.insert(full.test.message("another", in: full.who.conversation.id))
        },
        .changes("fill(_:text:)") { try $0.fill($1.empty.id, text: "x") },
        .changes("edit(_:text:at:)") { try $0.edit($1.who.message.id, text: "x", at: $1.now) },
        .changes("unsend(_:at:)") { try $0.unsend($1.who.message.id, at: $1.now) },
    ]
}
