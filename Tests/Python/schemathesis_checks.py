"""What Schemathesis does not ask by itself."""

import os

import schemathesis


@schemathesis.check
def only_with_key(context, response, case):
    """Without a key whatever needs one answers 401, and whoever may only read is refused with 403."""
    caller = os.environ.get("CLARIVA_CHECK_CALLER")
    operation = case.operation
    if not operation.definition.raw.get("security"):
        return
    if case.method.upper() not in {"GET", "POST", "PUT", "PATCH", "DELETE"} or response.status_code == 405:
        return
    # A path that was twisted until it names no route at all belongs to nobody.
    if response.status_code == 404 and b"There is nothing at this address." in response.content:
        return
    if caller == "nobody":
        assert response.status_code == 401, f"answered {response.status_code} without a key"
    if caller == "read" and case.method.upper() != "GET":
        assert response.status_code == 403, f"answered {response.status_code} to a key that may only read"
