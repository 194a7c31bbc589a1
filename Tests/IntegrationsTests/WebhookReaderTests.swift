import Integrations
import Testing

@Suite struct WebhookReaderTests {
    private static let account = ExpectedItem.account

    @Test(arguments: ExpectedItem.instagram + ExpectedItem.messenger)
    func readsEverySample(_ expected: ExpectedItem) throws {
        let slices = WebhookSplitter.split(try SamplePayload.bytes(expected.name))
        let isArray = expected.name == "ig-noise-pair"
        try #require(slices.count == (isArray ? 2 : 1))
        let slice = slices[expected.index]
        let isPage = expected.name.hasPrefix("page-") || expected.name == "test-page-messages"
        #expect(slice.object == (isPage ? "page" : "instagram"))
        #expect(slice.entryID == (expected.isTest ? "0" : isPage ? ExpectedItem.page : Self.account))

        let item = try #require(WebhookReader.read(slice))
        #expect(item.kind == expected.kind)
        #expect(item.standbyKind == expected.standby)
        #expect(item.text == expected.text)
        #expect(item.senderID == expected.sender)
        #expect(item.recipientID == expected.recipient)
        #expect(item.timestamp == expected.timestamp)
        #expect(item.contentKinds == expected.kinds)
        #expect(item.isEcho == expected.isEcho)
        #expect(item.isSelf == expected.isSelf)
        #expect(item.editCount == expected.edits)
        #expect(item.appID == expected.appID)
        #expect(item.isTestDelivery == expected.isTest)
        #expect(item.optinAction == expected.optin)
        #expect(item.structure.firstChangeField == expected.field)
        #expect(item.structure.hasSender == (expected.sender != nil))
        #expect(item.structure.hasRecipient == (expected.recipient != nil))

        switch expected.mid {
        case .none: #expect(item.mid == nil)
        case .exact(let mid): #expect(item.mid == mid)
        case .messenger: #expect(item.mid?.hasPrefix("m_AAAA") == true)
        case .vector: #expect(item.mid.flatMap { InstagramMessageID($0) }?.createdAt == ExpectedItem.sentAt)
        case .older:
            #expect(item.mid.flatMap { InstagramMessageID($0) }.map { $0.createdAt < ExpectedItem.sentAt } == true)
        }
    }

    @Test func theTableCoversEverySample() throws {
        let bodies = try SamplePayload.names().filter { !$0.hasPrefix("api-") && $0 != "mid-vectors" }
        #expect(Set(bodies) == Set((ExpectedItem.instagram + ExpectedItem.messenger).map(\.name)))
    }

    private func read(_ json: String, _ container: WebhookSlice.Container = .messaging, entry: String? = account)
        -> WebhookItem?
    {
        WebhookReader.read(
            WebhookSlice(
                object: "instagram", entryID: entry, container: container, siblings: 3, bytes: Array(json.utf8)))
    }

    @Test func theSeedsPayloadStructure() throws {
        let edit = try #require(read(#"{"timestamp":1784200237980,"message_edit":{"mid":"x","num_edit":0}}"#)).structure
        #expect(!edit.hasSender && !edit.hasRecipient && !edit.hasMessage && edit.hasMessageEdit)
        #expect(edit.firstChangeField == nil && edit.changesLength == 0)
        let change = try #require(read(#"{"field":"messages","value":{"sender":{"id":1},"message":{}}}"#, .changes))
            .structure
        #expect(change.hasSender && !change.hasRecipient && change.hasMessage && !change.hasMessageEdit)
        #expect(change.firstChangeField == "messages" && change.changesLength == 3)
        #expect(read(#"{"field":"Ann's secret","value":1}"#, .changes)?.structure.firstChangeField == "other")
    }

    @Test func takesIDsAsNumbers() {
        let item = read(
            #"{"sender":{"id":1000000000000001},"recipient":{"id":17841400000000001},"message":{"mid":"m","text":"a"}}"#
        )
        #expect(item?.senderID == ExpectedItem.user)
        #expect(item?.recipientID == Self.account)
    }

    @Test func aSenderWithoutAnIDIsNone() {
        let item = read(#"{"sender":{"user_ref":"r"},"message":{"mid":"m"}}"#)
        #expect(item?.kind == .message)
        #expect(item?.senderID == nil)
        #expect(item?.structure.hasSender == true)
        #expect(read(#"{"sender":null,"message":{"mid":"m"}}"#)?.structure.hasSender == false)
    }

    @Test(
        arguments: [
            ("1784200237000", 1_784_200_237_000), ("\"1784200237000\"", 1_784_200_237_000),
            ("1784200237", 1_784_200_237_000),
            ("1784200237.0", 1_784_200_237_000), ("999999999999", nil), ("1000000000000", 1_000_000_000_000),
            ("0", nil), ("-5", nil),
            ("null", nil), ("\"soon\"", nil), ("9223372036854775807", nil), ("1e300", nil), ("{}", nil),
        ] as [(String, Int64?)])
    func readsATimeInAnyUnit(_ json: String, _ expected: Int64?) {
        // 999999999999 would be seconds in the year 33658.
        let item = read("{\"timestamp\":\(json),\"read\":{}}")
        #expect(item?.kind == .read)
        #expect(item?.timestamp == (json == "999999999999" ? 999_999_999_999_000 : expected))
    }

    @Test func echoWinsOverMessageAndUnsendOverEcho() {
        #expect(read(#"{"message":{"mid":"m","is_echo":true}}"#)?.kind == .echo)
        let unsend = read(#"{"message":{"mid":"m","is_echo":true,"is_deleted":true}}"#)
        #expect(unsend?.kind == .unsend)
        #expect(unsend?.isEcho == true)
        #expect(read(#"{"message":{"mid":"m","is_echo":"no"}}"#)?.kind == .message)
    }

    @Test func theAccountsOwnMessageIsAnEchoWithoutTheFlag() {
        let own = read(#"{"sender":{"id":"17841400000000001"},"message":{"mid":"m","text":"a"}}"#)
        #expect(own?.kind == .echo)
        #expect(own?.isEcho == true)
        let edit = read(#"{"sender":{"id":"17841400000000001"},"message_edit":{"mid":"m","num_edit":1}}"#)
        #expect(edit?.kind == .edit)
        #expect(edit?.isEcho == true)
    }

    @Test func selfMessagesAreMarked() {
        let item = read(#"{"sender":{"id":"17841400000000001"},"message":{"mid":"m","is_echo":true,"is_self":true}}"#)
        #expect(item?.kind == .echo)
        #expect(item?.isSelf == true)
    }

    @Test func anEditMayBeTheValueOfItsChange() {
        let bare = read(
            #"{"field":"message_edit","value":{"mid":"m","num_edit":"3","text":"t","sender":{"id":"1000000000000001"}}}"#,
            .changes)
        #expect(bare?.kind == .edit)
        #expect(bare?.editCount == 3)
        #expect(bare?.senderID == ExpectedItem.user)
        let nested = read(#"{"field":"message_edits","value":{"message_edit":{"mid":"m","num_edit":0}}}"#, .changes)
        #expect(nested?.kind == .edit)
        #expect(nested?.mid == "m")
    }

    @Test(
        arguments: [
            (#"{"message":{"attachments":[{"type":"like_heart"}]}}"#, ["like_heart"]),
            (#"{"message":{"attachments":[{"type":"template","payload":{"generic":[]}}]}}"#, ["template"]),
            (#"{"message":{"attachments":[{"type":"ig_story","payload":{"story_media_id":1}}]}}"#, ["ig_story"]),
            (#"{"message":{"attachments":[{"type":"fallback","payload":null}]}}"#, ["fallback"]),
            (#"{"message":{"attachments":[{"type":"<b>Ann</b>"},{"type":7},3,null]}}"#, ["attachment"]),
            (#"{"message":{"attachments":{"type":"image"}}}"#, []),
            (
                #"{"message":{"sticker_id":369239263222822,"attachments":[{"type":"image","payload":{"sticker_id":369239263222822}}]}}"#,
                ["sticker"]
            ),
            (
                #"{"message":{"attachments":[{"type":"image"},{"type":"video"},{"type":"image"}],"text":"x"}}"#,
                ["image", "video", "text"]
            ),
            (#"{"message":{"text":""}}"#, []),
        ] as [(String, [String])])
    func namesWhatAMessageConsistsOf(_ json: String, _ expected: [String]) {
        #expect(read(json)?.contentKinds == expected)
    }

    @Test(arguments: [
        #"{"message":"text"}"#, #"{"message":null,"read":7}"#, "{}", #"{"app_roles":{}}"#, #"{"account_linking":{}}"#,
    ])
    func anUnknownEventIsOther(_ json: String) {
        #expect(read(json)?.kind == .other)
    }

    @Test(arguments: [
        "[]", "1", "\"a\"", "null", "", "{", #"{"message":{"text":"\ud83d"}}"#, #"{"timestamp":18446744073709551616}"#,
    ])
    func whatIsNoObjectIsNoItem(_ json: String) {
        #expect(read(json) == nil)
    }

    @Test func aWholeSliceIsNoItem() {
        #expect(read(#"{"id":"17841400000000001","time":1}"#, .whole) == nil)
    }

    @Test func keepsANULInsideAText() {
        #expect(read(#"{"message":{"mid":"m","text":"a\u0000b"}}"#)?.text == "a\u{0}b")
    }

    @Test func aTextAloneIsNoTestDelivery() {
        #expect(
            read(#"{"sender":{"id":"1000000000000001"},"message":{"mid":"m","text":"test_message"}}"#)?.isTestDelivery
                == false)
        #expect(read(#"{"sender":{"id":"12334"},"message":{"mid":"m","text":"a"}}"#)?.isTestDelivery == true)
        #expect(read(#"{"message":{"mid":"random_mid","text":"a"}}"#)?.isTestDelivery == true)
        #expect(read(#"{"message":{"mid":"m"}}"#, entry: "0")?.isTestDelivery == true)
    }

    @Test(arguments: [
        ("1000000000000001", true), ("123456789", true), ("12334", false), ("23245", false), ("23244", false),
        ("99999", false), ("", false),
        ("1000000000000001 ", false), ("-100000000000", false), ("١٢٣٤٥٦٧", false), ("0000000000000001", false),
        ("100000000000000100000", false), ("m_100000000", false),
    ])
    func knowsWhoCanBeAPerson(_ id: String, _ expected: Bool) {
        #expect(SenderID.isPlausible(id) == expected)
    }
}
