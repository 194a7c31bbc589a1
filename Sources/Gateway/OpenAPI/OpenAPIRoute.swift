internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

extension RouterMethods where Context == GatewayRequestContext {
    /// `/openapi.json`. It needs no key: it tells nothing that the sources do not.
    func addOpenAPIRoute() {
        let body = ByteBuffer(string: OpenAPIDocument.text)
        get("openapi.json") { _, _ in
            Response(
                status: .ok,
                headers: [.contentType: "application/json", .contentLength: "\(body.readableBytes)"],
                body: ResponseBody(byteBuffer: body))
        }
    }
}
