/// Broken variants, each the negative control of one invariant.
enum Sabotage: String, CaseIterable, Sendable {
    /// Now and then a reply is given up without a word.
    case fallsSilent
    /// Deliveries are acknowledged and forgotten now and then.
    case forgetsDeliveries
    /// Unknown outcomes are sent again without reading back.
    case resendsBlindly
    /// What both apps tell of one message counts as two.
    case countsCopies
    /// The most recent conversation is taken for the sender's.
    case guessesTheSender
    /// Nobody notices that two connected accounts talk.
    case answersItself
    /// There is no loop guard.
    case neverTires
    /// Events land with another tenant than the one that owns the account.
    case mixesTenants
    /// A message is also recorded with another tenant.
    case copiesMessages
    /// A later reply of a conversation overtakes an earlier one.
    case overtakes
    /// A later event of a conversation is processed before an earlier one.
    case shufflesEvents
    /// The database's errors tell what could not be written: a text, a token, a patient's id.
    case tellsTexts
    case tellsTokens
    case tellsPatients
    /// However many accounts fail, it is always they.
    case blamesTenants
    /// One account that fails is taken for Meta.
    case blamesMeta

    /// The invariant that the variant breaks; 0 is that messages are answered at all.
    var invariant: Int {
        switch self {
        case .fallsSilent: 0
        case .forgetsDeliveries: 1
        case .resendsBlindly, .countsCopies: 2
        case .guessesTheSender: 3
        case .answersItself, .neverTires: 4
        case .mixesTenants, .copiesMessages: 5
        case .overtakes, .shufflesEvents: 6
        case .tellsTexts, .tellsTokens, .tellsPatients: 7
        case .blamesTenants, .blamesMeta: 8
        }
    }
}
