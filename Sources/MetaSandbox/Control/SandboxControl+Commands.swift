internal import Integrations

extension SandboxControl {
    func command(_ request: SandboxRequest) async -> SandboxAnswer { .json(["ok": true]) }
    func page(_ request: SandboxRequest) async -> SandboxAnswer { .html("") }
}
