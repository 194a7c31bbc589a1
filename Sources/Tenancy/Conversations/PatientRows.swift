internal import Storage

/// Patients and the addresses under which they are known.
extension TenantRows {
    /// The address through which a flow reaches a patient; never one that was learned through another flow.
    public func address(of patient: PatientID, account: String, flow: Flow, channel: Channel) throws -> Address? {
        guard
            let row = try transaction.first(
                """
                SELECT id, patient_id, account_id, flow, channel, igsid FROM addresses
                WHERE tenant_id = ?1 AND patient_id = ?2 AND account_id = ?3 AND flow = ?4 AND channel = ?5
                ORDER BY id DESC LIMIT 1
                """,
                [
                    tenantValue, .id(patient.raw), .text(account), .text(flow.rawValue), .text(channel.rawValue),
                ])
        else { return nil }
        return try address(row)
    }

    func address(_ id: AddressID) throws -> Address? {
        try transaction.first(
            "SELECT id, patient_id, account_id, flow, channel, igsid FROM addresses WHERE tenant_id = ?1 AND id = ?2",
            [tenantValue, .id(id.raw)]
        ).map(address)
    }

    func address(_ claim: PatientClaim) throws -> Address? {
        try transaction.first(
            """
            SELECT id, patient_id, account_id, flow, channel, igsid FROM addresses
            WHERE tenant_id = ?1 AND account_id = ?2 AND flow = ?3 AND channel = ?4 AND igsid_digest = ?5
            """,
            [
                tenantValue, .text(claim.accountID), .text(claim.flow.rawValue), .text(claim.channel.rawValue),
                .blob(keys.digest("igsid", claim.igsid)),
            ]
        ).map(address)
    }

    private func address(_ row: SQLRow) throws -> Address {
        var columns = row.columns
        let id = AddressID(try columns.id())
        return Address(
            id: id, patientID: PatientID(try columns.id()), accountID: try columns.text(),
            flow: Flow(rawValue: try columns.text()),
            channel: try Channel(stored: try columns.text()),
            igsid: try keys.text(try columns.blob(), at: .init("addresses", "igsid", id.raw)))
    }

    func insertPatient(now: Timestamp, id: Identifier) throws -> PatientID {
        try transaction.execute(
            "INSERT INTO patients (tenant_id, id, created_at) VALUES (?1, ?2, ?3)",
            [tenantValue, .id(id), .integer(now.milliseconds)])
        return PatientID(id)
    }

    func insertAddress(
        _ claim: PatientClaim, of patient: PatientID, now: Timestamp, id: Identifier
    ) throws -> Address {
        try transaction.execute(
            """
            INSERT INTO addresses (
                tenant_id, id, patient_id, account_id, flow, channel, igsid_digest, igsid, created_at
            ) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """,
            [
                tenantValue, .id(id), .id(patient.raw), .text(claim.accountID), .text(claim.flow.rawValue),
                .text(claim.channel.rawValue), .blob(keys.digest("igsid", claim.igsid)),
                .blob(try keys.seal(claim.igsid, at: .init("addresses", "igsid", id))), .integer(now.milliseconds),
            ])
        return Address(
            id: AddressID(id), patientID: patient, accountID: claim.accountID, flow: claim.flow,
            channel: claim.channel, igsid: claim.igsid)
    }

    /// A patient's user name, where it is known.
    public func username(of patient: PatientID) throws -> String? {
        guard
            var columns = try transaction.first(
                "SELECT username FROM patients WHERE tenant_id = ?1 AND id = ?2", [tenantValue, .id(patient.raw)])?
                .columns
        else { return nil }
        return try columns.optionalBlob().map { try keys.text($0, at: .init("patients", "username", patient.raw)) }
    }

    /// Keeps a patient's user name.
    public func learnUsername(_ username: String, of patient: PatientID) throws {
        try transaction.execute(
            "UPDATE patients SET username = ?3 WHERE tenant_id = ?1 AND id = ?2",
            [
                tenantValue, .id(patient.raw),
                .blob(try keys.seal(username, at: .init("patients", "username", patient.raw))),
            ])
    }
}
