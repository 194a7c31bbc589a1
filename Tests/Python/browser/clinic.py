"""Practices, accounts and patients for the tests: each test has its own, so that none depends on another."""

import itertools
import urllib.parse

from stage import PATIENCE, wait_for

numbers = itertools.count(1)


class Practice:
    def __init__(self, stage, flow="instagram_login", locale="en", owner=None, reply="We have it."):
        self.stage = stage
        self.number = next(numbers)
        self.name = f"Praxis Nord {self.number}"
        self.account = f"dr_{self.number}"
        self.owner = owner or f"Ann {self.number}"
        stage.meta.post("/control/accounts", {"username": self.account, "name": f"Dr. {self.number}", "owner": self.owner})
        tenant = stage.api.post(
            "/v1/tenants", {"name": self.name, "flow": flow, "locale": locale, "timezone": "Europe/Berlin"})
        self.id = tenant["id"]
        stage.api.put(
            f"/v1/tenants/{self.id}/reply-rules",
            {"rules": [{"name": "receipt", "match": {"any": True}, "text": reply}]})

    def link(self, purpose="connect", flow=None, return_url=None):
        body = {"purpose": purpose}
        if return_url:
            body["return_url"] = return_url
        if flow:
            body["flow"] = flow
        return self.stage.api.post(f"/v1/tenants/{self.id}/connect-links", body)["url"]

    def connections(self):
        return self.stage.api.get(f"/v1/tenants/{self.id}/connections")["data"]

    def living(self):
        return [one for one in self.connections() if one["state"] != "disconnected"]

    def wait_for_state(self, state):
        return wait_for(f"a connection that is {state}", lambda: [c for c in self.connections() if c["state"] == state])[0]

    def write(self, person, text="Are you open on Monday?"):
        return self.stage.meta.post("/control/messages", {"account": self.account, "person": person, "text": text})

    def sends(self, at_least=0, person=None):
        query = {"account": self.account, "at_least": at_least, "timeout_ms": int(PATIENCE * 1000)}
        if person:
            query["person"] = person
        return self.stage.meta.get("/control/sends?" + urllib.parse.urlencode(query))["data"]

    def park(self, person):
        """A message of which nobody can say who wrote it."""
        faults = ("senderless_edit_only", "message_lookup_500", "conversations_empty")
        for fault in faults:
            self.stage.meta.post("/control/faults", {"name": fault, "account": self.account})
        self.write(person)
        wait_for("a parked event", lambda: self.stage.api.get(f"/v1/events?tenant_id={self.id}&state=parked")["data"])
        self.stage.meta.call("DELETE", "/control/faults")

    def replies(self):
        return self.everything(f"/v1/tenants/{self.id}/replies?")

    def everything(self, path):
        """A list from its beginning to its end."""
        found, cursor = [], ""
        while True:
            page = self.stage.api.get(f"{path}limit=200{cursor}")
            found += page["data"]
            if not page["next_cursor"]:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def unfinished(self):
        """Events that are not done, and replies that are neither sent nor given up."""
        for state in ("received", "parked"):
            found = self.stage.api.get(f"/v1/events?tenant_id={self.id}&state={state}")["data"]
            if found:
                return found
        return [reply for reply in self.replies() if reply["settled_at"] is None]
