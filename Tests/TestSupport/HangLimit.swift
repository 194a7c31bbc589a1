import Testing

extension Trait where Self == TimeLimitTrait {
    /// Ends a test that hangs, and judges no test that is slow.
    ///
    /// A thousand tests share the machine, so a test that waits for its turn may take minutes and has not failed.
    /// Time that is a promise of the product is measured by the benchmarks, and by the tests that name it.
    public static var hangLimit: Self { .timeLimit(.minutes(25)) }
}
