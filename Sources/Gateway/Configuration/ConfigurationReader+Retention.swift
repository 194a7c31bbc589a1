extension ConfigurationReader {
    /// How long things are kept.
    ///
    /// Zero is refused where it could be read both ways, as "at once" and as "for ever": only messages may be kept without
    /// end, and there zero is the default.
    static func retention(
        _ values: inout ConfigurationValues, _ standard: GatewayConfiguration.Retention
    ) -> GatewayConfiguration.Retention {
        var retention = standard
        // Meta repeats what was not answered for 36 hours, and no messaging window is longer than a week: until then an
        // event is what a repetition is known by, and a message what a second answer is prevented by.
        let week = 7
        retention.payloadDays = days(&values, .retentionPayloadDays, standard.payloadDays, from: 1)
        retention.eventDays = days(&values, .retentionEventDays, standard.eventDays, from: week)
        retention.messageDays = days(&values, .retentionMessageDays, standard.messageDays, from: week, zeroKeeps: true)
        retention.auditDays = days(&values, .retentionAuditDays, standard.auditDays, from: 1)
        if retention.payloadDays > retention.eventDays {
            if values.isSet(.retentionPayloadDays) {
                values.fail(
                    .retentionPayloadDays,
                    "must not be greater than \(ConfigurationVariable.retentionEventDays.rawValue): a payload goes with its event"
                )
            }
            retention.payloadDays = retention.eventDays
        }
        return retention
    }

    private static func days(
        _ values: inout ConfigurationValues, _ variable: ConfigurationVariable, _ standard: Int, from least: Int,
        zeroKeeps: Bool = false
    ) -> Int {
        let most = 36_500
        guard let text = values.text(variable) else { return standard }
        if let days = Int(text), (least...most).contains(days) || (zeroKeeps && days == 0) { return days }
        values.fail(
            variable,
            "must be a whole number of days from \(least) to \(most)" + (zeroKeeps ? ", or 0 to keep everything" : ""))
        return standard
    }
}
