"""What operators do at /admin, in a real browser with the page's own policy."""

from clinic import Practice
from pages import PagesCase
from stage import wait_for


class OperatorsTest(PagesCase):
    def test_only_a_good_key_opens_the_page(self):
        page = self.open()
        page.goto(self.stage.url + "/admin/events")
        self.arrive(page, "/admin/sign-in")
        for key in ("clv_nothing", self.stage.api.post("/v1/api-keys", {"name": "r", "scope": "read"})["key"]):
            page.get_by_label("API key").fill(key)
            page.get_by_role("button", name="Sign in").click()
            self.check(page.get_by_role("alert").get_by_text("does not open the page").is_visible(), "a wrong key")
        self.sign_in(page)
        self.check_equal(self.heading(page), "Overview", "the first page")
        page.get_by_role("button", name="Sign out").click()
        self.arrive(page, "/admin/sign-in")
        page.goto(self.stage.url + "/admin")
        self.arrive(page, "/admin/sign-in")

    def test_replays_a_parked_event_by_keyboard(self):
        practice = Practice(self.stage)
        self.connect(self.open(), practice)
        practice.park("erna")
        page = self.open()
        self.sign_in(page)
        page.get_by_role("navigation", name="Operations").get_by_role("link", name="Events").press("Enter")
        self.arrive(page, "/admin/events")
        row = page.get_by_role("row").filter(has_text=practice.name)
        self.check(row.get_by_text("sender_unresolved").is_visible(), "the event and its reason")
        row.get_by_role("button", name="Replay").press("Enter")
        self.check(page.get_by_role("status").get_by_text("processed again").is_visible(), "it is said")
        self.check_equal(len(practice.sends(at_least=1, person="erna")), 1, "the message is answered once")

    def test_switches_sending_off_and_on(self):
        practice = Practice(self.stage)
        self.connect(self.open(), practice)
        page = self.open()
        self.sign_in(page)
        try:
            page.get_by_role("navigation", name="Operations").get_by_role("link", name="Sending").click()
            page.get_by_role("button", name="Switch sending off for all practices").click()
            self.check(page.get_by_role("status").get_by_text("Sending is off").is_visible(), "it is off")
            practice.write("fritz")
            wait_for("a waiting reply", lambda: [one["state"] for one in practice.replies()] == ["queued"])
            self.check_equal(practice.sends(), [], "nothing is sent")
        finally:
            page.goto(self.stage.url + "/admin/switches")
            page.get_by_role("button", name="Switch sending on for all practices").click()
        self.check(page.get_by_role("status").get_by_text("Sending is on").is_visible(), "it is on")
        self.check_equal(len(practice.sends(at_least=1)), 1, "what waited is sent once")
