internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension RouterMethods where Context == GatewayRequestContext {
    /// `/healthz`, `/readyz` and `/metrics`. They need no key: the reverse proxy keeps `/metrics` from the public.
    func addOperationsRoutes(readiness: Readiness, registry: PrometheusRegistry) {
        get("healthz") { _, _ in try APIJSON.response(["status": "alive"]) }
        get("readyz") { _, _ in
            if let fault = await readiness.fault() {
                throw Problem(.serviceUnavailable, fault, headers: [.retryAfter: "5"])
            }
            return try APIJSON.response(["status": "ready"])
        }
        get("metrics") { _, _ in
            Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: registry.exposition())))
        }
    }
}
