/// A doctor's practice in the demo: one tenant, one Instagram account.
struct DemoDoctor: Sendable {
    /// Instagram user name; the transcript calls the practice by it.
    var username: String
    /// The practice's name.
    var practice: String
    var flow: String
    /// The Facebook user who administers the Page.
    var owner: String
    var tenantID = ""
    var instagramPageID = ""

    static let sommer = DemoDoctor(
        username: "dr_sommer", practice: "Dr. Sommer's practice", flow: "instagram_login", owner: "ada.sommer")
    static let winter = DemoDoctor(
        username: "dr_winter", practice: "Dr. Winter's practice", flow: "facebook_page", owner: "ben.winter")
    static let lenz = DemoDoctor(
        username: "dr_lenz", practice: "Dr. Lenz's practice", flow: "instagram_login", owner: "cleo.lenz")
}
