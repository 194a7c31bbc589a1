internal import Integrations

extension SandboxWorld {
    /// Creates a person, or changes one that exists. Somebody with the user name of an account is that account.
    mutating func addPerson(_ username: String, name: String? = nil, isBlocking: Bool? = nil) -> SandboxPerson {
        if let index = peoplePositions[username] {
            if let name { people[index].name = name }
            if let isBlocking { people[index].isBlocking = isBlocking }
            return people[index]
        }
        let person = SandboxPerson(
            username: username, name: name ?? username, isBlocking: isBlocking ?? false,
            accountID: accounts.first { $0.username == username }?.id)
        peoplePositions[username] = people.count
        people.append(person)
        return person
    }

    /// The person with a user name.
    func person(named username: String) -> SandboxPerson? { peoplePositions[username].map { people[$0] } }

    /// The person's id towards an account, as one flow shows it: IGSID, or PSID on Messenger.
    mutating func scopedID(
        of person: String, for account: SandboxAccount, _ channel: Channel, _ flow: SandboxFlow
    ) -> String {
        let asset = asset(account, channel) ?? account.id
        let key = IdentityKey(asset: asset, person: person)
        let identity: ScopedIdentity
        if let known = identities[key] {
            identity = known
        } else {
            let base: Int64 = channel == .instagram ? 1_000_000_000_000_000 : 3_000_000_000_000_000
            identity = ScopedIdentity(common: String(base + nextNumber()), pageFlow: String(base + nextNumber()))
            identities[key] = identity
            owners[OwnerKey(asset: asset, id: identity.common)] = person
            owners[OwnerKey(asset: asset, id: identity.pageFlow)] = person
        }
        let differs = channel == .instagram && flow == .facebookPage && flowsDiffer(account.id)
        return differs ? identity.pageFlow : identity.common
    }

    /// Whom an id names towards an account in one flow; an id of the other flow names nobody.
    mutating func person(
        withID id: String, of account: SandboxAccount, _ channel: Channel, _ flow: SandboxFlow
    ) -> SandboxPerson? {
        guard let asset = asset(account, channel), let username = owners[OwnerKey(asset: asset, id: id)],
            scopedID(of: username, for: account, channel, flow) == id
        else { return nil }
        return person(named: username)
    }
}
