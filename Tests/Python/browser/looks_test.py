"""How every page looks: narrow and wide, light and dark, and what axe says of it."""

import json

from axe_playwright_python.sync_playwright import Axe

from clinic import Practice
from pages import SCREENSHOTS, Counts, PagesCase
from stage import wait_for

WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")


class LooksTest(PagesCase):
    bypass_csp = True

    def looks(self, page, name):
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 800})
                self.no_sideways(page, f"{name} at {width} px")
                page.screenshot(path=SCREENSHOTS / f"{name}-{width}-{scheme}.png", full_page=True)
                Counts.screenshots += 1
                faults = [
                    f"{fault['id']} ({fault['impact']}): {[node['html'] for node in fault['nodes']]}"
                    for fault in Axe().run(page).response["violations"] if fault["impact"] in ("serious", "critical", "moderate")
                ]
                Counts.audits += 1
                self.check_equal(faults, [], f"axe on {name}, {scheme}, {width} px")
        page.set_viewport_size({"width": 1280, "height": 800})

    def test_connecting(self):
        for locale in ("en", "de"):
            practice = Practice(self.stage, flow="facebook_page", locale=locale)
            Practice(self.stage, owner=practice.owner)
            self.stage.meta.post("/control/pages", {"name": "Winter family", "owner": practice.owner})
            page = self.open()
            link = practice.link()
            page.goto(link)
            self.looks(page, f"connect-{locale}")
            page.locator("a.button").click()
            self.consent(page, practice.owner, "Deny")
            self.looks(page, f"denied-{locale}")
            page.locator("a.button").click()
            page.locator("a.button").click()
            self.consent(page, practice.owner)
            self.arrive(page, "/accounts")
            self.looks(page, f"accounts-{locale}")
            page.locator("button.button").click()
            self.arrive(page, "/done")
            self.looks(page, f"done-{locale}")
            page.goto(link)
            self.looks(page, f"used-{locale}")

    def test_the_status_of_a_deletion(self):
        for locale in ("en", "de"):
            practice = Practice(self.stage)
            self.connect(self.open(), practice)
            posted = self.stage.meta.post("/control/signed-request", {
                "url": self.stage.url + "/meta/data-deletion", "account": practice.account, "flow": "instagram_login"})
            page = self.open(locale=locale)
            page.goto(json.loads(posted["answer"])["url"])
            self.check_equal(page.locator("html").get_attribute("lang"), locale, "the page is in the browser's language")
            self.looks(page, f"deletion-{locale}")

    def test_the_practices_page(self):
        for locale in ("en", "de"):
            practice = Practice(self.stage, locale=locale)
            page = self.visit(practice)
            self.looks(page, f"practice-unconnected-{locale}")
            self.connect(self.open(), practice)
            practice.write("clara")
            practice.sends(at_least=1)
            page.reload()
            self.looks(page, f"practice-{locale}")
            self.stage.meta.post("/control/scope", {
                "account": practice.account, "scope": "instagram_business_manage_messages"})
            practice.write("carla")
            practice.wait_for_state("degraded")
            page.reload()
            self.looks(page, f"practice-refused-{locale}")
            self.stage.meta.post("/control/kill-token", {"account": practice.account})
            practice.write("dora")
            practice.wait_for_state("reconnect_required")
            page.reload()
            self.looks(page, f"practice-dead-{locale}")
            page.goto(self.stage.url + "/practice/disconnect")
            self.looks(page, f"disconnect-{locale}")
            page.goto(self.stage.url + "/practice")
            page.locator("button.button").last.click()
            self.looks(page, f"signed-out-{locale}")

    def test_the_operators_pages(self):
        practice = Practice(self.stage)
        self.connect(self.open(), practice)
        practice.park("gerda")
        # Whoever blocks the account cannot be answered.
        self.stage.meta.post("/control/people", {"username": "hans", "blocked": True})
        practice.write("hans")
        wait_for("a failed reply", lambda: "failed" in [one["state"] for one in practice.replies()])
        page = self.open()
        page.goto(self.stage.url + "/admin")
        self.looks(page, "operators-sign-in")
        self.sign_in(page)
        for name, path in [
            ("overview", "/admin"), ("practices", "/admin/tenants"), ("events", "/admin/events"),
            ("replies", "/admin/replies?state=failed"), ("sending", "/admin/switches"),
        ]:
            page.goto(self.stage.url + path)
            self.looks(page, f"operators-{name}")
