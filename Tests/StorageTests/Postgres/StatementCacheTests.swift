import Testing

@testable import Storage

struct StatementCacheTests {
    private let integer = PostgresType.int8
    private let text = PostgresType.text
    private let null = PostgresType.unspecified

    @Test func preparesAStatementOnceForValuesOfItsTypesAndForNull() {
        var cache = StatementCache(limit: 10)
        let first = cache.plan("a", types: [null, text])
        #expect(first.mustPrepare)
        cache.keep("a", name: first.name, types: [integer, text])
        for types in [[integer, text], [null, null], [integer, null]] {
            let plan = cache.plan("a", types: types)
            #expect(!plan.mustPrepare)
            #expect(plan.name == first.name)
        }
        let dropped = cache.takeDropped()
        #expect(dropped.isEmpty)
    }

    @Test func preparesItAnewForOtherTypes() {
        var cache = StatementCache(limit: 10)
        let first = cache.plan("a", types: [integer])
        cache.keep("a", name: first.name, types: [integer])
        let second = cache.plan("a", types: [text])
        #expect(second.mustPrepare)
        #expect(second.name != first.name)
        let dropped = cache.takeDropped()
        #expect(dropped == [first.name])
    }

    @Test func dropsTheOneThatWasUsedLongestAgo() {
        var cache = StatementCache(limit: 2)
        for sql in ["a", "b"] { cache.keep(sql, name: cache.plan(sql, types: []).name, types: []) }
        let kept = cache.plan("a", types: [])
        cache.keep("c", name: cache.plan("c", types: []).name, types: [])
        let dropped = [cache.takeDropped(), cache.takeDropped()]
        #expect(dropped == [["clariva_2"], []])
        let (first, second) = (cache.plan("a", types: []), cache.plan("b", types: []))
        #expect(!first.mustPrepare)
        #expect(first.name == kept.name)
        #expect(second.mustPrepare)
    }

    @Test func keepsNothingWhereStatementsMayNotBeNamed() {
        var cache = StatementCache(limit: 0)
        for _ in 0..<2 {
            let plan = cache.plan("a", types: [])
            #expect(plan.mustPrepare)
            #expect(plan.name.isEmpty)
            cache.keep("a", name: plan.name, types: [])
        }
        let dropped = cache.takeDropped()
        #expect(dropped.isEmpty)
    }
}
