/// One run of a job in a transaction.
struct PostgresAttempt {
    /// How it ended. Whoever waits has been answered in the first case only.
    enum Outcome {
        case answered
        /// Nothing of it was kept, and it may go better next time, on this connection or, if that is gone, on another.
        case again(StorageError)
    }

    let connection: PostgresConnection
    let settings: PostgresSettings
    let rewritings: RewritingCache

    func run(_ job: any PostgresJob) -> Outcome {
        if job.ticket?.isCancelled == true { return answer(job, CancellationError()) }
        let transaction: PostgresTransaction
        do {
            let beginning = try settings.beginning(job.scope, isRead: job.isRead)
            transaction = PostgresTransaction(
                connection, scope: job.scope, beginning: beginning + connection.deallocations(),
                rewritings: rewritings)
        } catch {
            return answer(job, error)
        }
        let thrown = job.attempt(transaction)
        transaction.end()
        if let failure = transaction.failure { return undo(job, failure: failure, thrown: thrown) }
        if let thrown {
            if transaction.hasBegun { rollBack() }
            return answer(job, thrown)
        }
        guard transaction.hasBegun else { return answer(job, nil) }
        return job.isRead ? finishRead(job) : commit(job)
    }

    /// The server has ended the transaction, or is gone. Nothing was committed: running it again is safe.
    private func undo(_ job: any PostgresJob, failure: StorageError, thrown: (any Error)?) -> Outcome {
        guard connection.isUsable else { return .again(failure) }
        rollBack()
        if failure.sqlState?.isWorthAnotherRun == true { return .again(failure) }
        if failure.sqlState == .featureNotSupported {
            // A migration may have changed a table under a kept plan.
            connection.dropPreparedStatements()
            return .again(failure)
        }
        return answer(job, thrown ?? failure)
    }

    /// Nobody needs to wait for the end of a read.
    private func finishRead(_ job: any PostgresJob) -> Outcome {
        job.succeed()
        end("COMMIT")
        return .answered
    }

    private func commit(_ job: any PostgresJob) -> Outcome {
        do {
            var command = ""
            try connection.exchange([PostgresCommand("COMMIT")]) { _, result in command = result.command }
            guard command == "COMMIT" else {
                return answer(job, StorageError(.other, "PostgreSQL rolled the transaction back"))
            }
            return answer(job, nil)
        } catch {
            guard connection.isUsable else {
                // Sent, and perhaps carried out. A second run could do it twice; the caller knows what is harmless.
                return answer(
                    job,
                    StorageError(.unavailable, "the connection was lost during a commit, whose outcome is unknown"))
            }
            connection.leaveUnlessIdle()
            return error.sqlState?.isWorthAnotherRun == true ? .again(error) : answer(job, error)
        }
    }

    private func rollBack() { end("ROLLBACK") }

    /// Ends a transaction for whose end nobody waits.
    private func end(_ command: String) {
        do {
            try connection.exchange([PostgresCommand(command)])
        } catch {
            // A cancellation that comes late may strike this command.
            connection.leaveUnlessIdle()
        }
    }

    private func answer(_ job: any PostgresJob, _ error: (any Error)?) -> Outcome {
        if let error { job.fail(error) } else { job.succeed() }
        return .answered
    }
}
