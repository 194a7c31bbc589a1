internal import Integrations
internal import Tenancy

extension Topic {
    /// `/v1/erasures`, and what makes them.
    static let erasures = Topic(
        tag: "Erasure", about: "A patient's data on request, a practice's by destroying its key; with receipts.",
        schemas: ["Erasure": erasure], operations: [erasePatient, deleteTenant, listErasures, showErasure])

    private static let erasureID = Parameter.path("id", "The erasure.", example: .string(erasureExample))
    private static let patientID = Parameter.path("patient_id", "The patient.", example: .string(Example.patient))
    private static let erasureExample = "01998a5e-7c00-7000-8000-00000000004a"

    private static let erasure = Schema.object(
        "A receipt. It names no patient, and stays when everything else is gone.",
        [
            "id": .id("Its id."), "tenant_id": .id("Whose data it is about."),
            "kind": .words("One patient of the tenant, or all that the tenant has.", of: Erasure.Kind.self),
            "state": .words("How far it has come.", of: Erasure.State.self),
            "counts": .map("How many rows of what were deleted or emptied.", of: .integer("", min: 0)),
            "requested_at": .time("When it was asked for."),
            "erased_at": .time("From when on nothing of it can be read here any more.").orNull,
            "backups_until": .string("The day on which the last backup that still holds it ends.", format: "date")
                .orNull,
        ])

    private static func erasureExample(
        _ kind: JSONValue, _ state: JSONValue, counts: JSONValue = [:], erased: JSONValue = nil, until: JSONValue = nil
    ) -> JSONValue {
        [
            "id": .string(erasureExample), "tenant_id": .string(Example.tenant), "kind": kind, "state": state,
            "counts": counts, "requested_at": .string(Example.begin), "erased_at": erased, "backups_until": until,
        ]
    }

    private static let erased = erasureExample(
        "patient", "done", counts: ["messages": 12, "replies": 9, "events": 31], erased: .string(Example.later),
        until: "2026-10-26")

    private static let erasePatient = APIOperation(
        method: .delete, path: "/v1/tenants/{tenant_id}/patients/{patient_id}", id: "erasePatient",
        summary: "Erase a patient's data",
        about: """
            Everything that is known of the patient, in the background; the receipt tells how far it has come. Asked for \
            twice, it is the same receipt.
            """,
        access: .changing, parameters: [patientID],
        answers: [
            .json(
                202, "It has begun.", .named("Erasure"), headers: [.location],
                example: erasureExample("patient", "queued"))
        ])

    private static let deleteTenant = APIOperation(
        method: .delete, path: "/v1/tenants/{tenant_id}", id: "deleteTenant", summary: "Delete a tenant",
        about: """
            At once nothing is read, written or sent for it, and its accounts are free. Then Meta is told, its key is \
            destroyed, and its rows are deleted. It cannot be undone.
            """,
        access: .administering,
        answers: [
            .json(
                202, "It has begun.", .named("Erasure"), headers: [.location],
                example: erasureExample("tenant", "running"))
        ])

    private static let listErasures = APIOperation(
        method: .get, path: "/v1/erasures", id: "listErasures", summary: "List erasures", about: "The newest first.",
        access: .reading,
        parameters: [
            .query(
                "tenant_id", "Only this tenant's.", .id("Only this tenant's."), example: .string(Example.tenant))
        ] + Parameter.page,
        answers: [.page("The receipts.", of: "Erasure", example: erased)], errors: [.notFound])

    private static let showErasure = APIOperation(
        method: .get, path: "/v1/erasures/{id}", id: "getErasure", summary: "Show an erasure", access: .reading,
        parameters: [erasureID], answers: [.json(200, "The receipt.", .named("Erasure"), example: erased)])
}
