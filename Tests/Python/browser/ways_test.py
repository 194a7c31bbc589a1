"""The ways that doctors go, in a real browser with the pages' own policy."""

import threading

from clinic import Practice
from pages import PagesCase
from stage import wait_for


class WaysTest(PagesCase):
    def test_connects_by_instagram_login(self):
        practice = Practice(self.stage)
        page = self.open()
        page.goto(practice.link())
        self.check_equal(self.heading(page), "Connect Instagram", "the connect page")
        for text in (practice.name, "Instagram Login", "Read and answer direct messages", "never see your password"):
            self.check(page.get_by_text(text).first.is_visible(), f"the connect page tells: {text}")
        page.get_by_role("link", name="Continue").click()
        self.consent(page, practice.account)
        self.arrive(page, "/done")
        self.check(page.get_by_text(f"@{practice.account} is connected to {practice.name}").is_visible(), "the last page")
        practice.write("anna")
        self.check_equal(len(practice.sends(at_least=1)), 1, "the message is answered once")

    def test_connects_by_facebook_page_without_scripts_in_german(self):
        practice = Practice(self.stage, flow="facebook_page", locale="de")
        page = self.open(java_script_enabled=False)
        page.goto(practice.link())
        self.check_equal(page.locator("html").get_attribute("lang"), "de", "the language of the practice")
        self.check(page.get_by_text("Wonach Sie gefragt werden").is_visible(), "German texts")
        page.get_by_role("link", name="Weiter").click()
        self.consent(page, practice.owner)
        self.arrive(page, "/done")
        self.check_equal(self.heading(page), "Instagram ist verbunden", "the last page")
        self.check_equal([one["flow"] for one in practice.living()], ["facebook_page"], "connected by the Page")

    def test_denying_changes_nothing_and_can_be_tried_again(self):
        practice = Practice(self.stage)
        page = self.open()
        page.goto(practice.link())
        page.get_by_role("link", name="Continue").click()
        self.consent(page, practice.account, "Deny")
        self.check_equal(self.heading(page), "You did not agree", "the page after a no")
        self.check_equal(practice.connections(), [], "nothing is connected")
        page.get_by_role("link", name="Try again").click()
        page.get_by_role("link", name="Continue").click()
        self.consent(page, practice.account)
        self.arrive(page, "/done")

    def test_a_link_works_once_and_a_step_too(self):
        practice = Practice(self.stage)
        page = self.open()
        link = practice.link()
        answers = []
        page.on("response", lambda answer: answers.append(answer.url) if "/callback?" in answer.url else None)
        self.connect(page, practice, link=link)
        page.goto(link)
        self.check_equal(self.heading(page), "This link has been used", "a used link")
        page.goto(answers[0])
        self.check_equal(self.heading(page), "This step was already done", "a repeated callback")
        other = self.open()
        other.goto(answers[0])
        self.check_equal(self.heading(other), "This sign-in began in another browser", "a foreign callback")
        self.check_equal(len(practice.connections()), 1, "one connection")

    def test_chooses_among_pages(self):
        practice = Practice(self.stage, flow="facebook_page")
        second = Practice(self.stage, owner=practice.owner)
        self.stage.meta.post("/control/pages", {"name": "Winter family", "owner": practice.owner})
        page = self.open()
        page.goto(practice.link())
        page.locator("a.button").click()
        self.consent(page, practice.owner)
        self.arrive(page, "/accounts")
        self.check_equal(page.get_by_role("radio").count(), 2, "two can be chosen")
        self.check(page.get_by_text("Winter family").is_visible(), "the third is shown")
        self.check(page.get_by_text("No Instagram professional account is linked").is_visible(), "with its reason")
        page.get_by_label(f"@{second.account}").check()
        page.get_by_role("button", name="Connect this account").click()
        self.arrive(page, "/done")
        self.check_equal([one["username"] for one in practice.living()], [second.account], "the chosen one")

    def test_the_choice_leads_to_another_site(self):
        """Browsers hold a page's `form-action` against the redirect that answers its form."""
        practice = Practice(self.stage, flow="facebook_page")
        Practice(self.stage, owner=practice.owner)
        page = self.open()
        page.goto(practice.link(return_url=f"{self.stage.meta_url}/control/clock?back=1"))
        page.locator("a.button").click()
        self.consent(page, practice.owner)
        self.arrive(page, "/accounts")
        page.get_by_label(f"@{practice.account}").check()
        page.get_by_role("button", name="Connect this account").click()
        page.wait_for_url(f"{self.stage.meta_url}/control/clock?back=1")
        self.check_equal([one["username"] for one in practice.living()], [practice.account], "and it is connected")

    def test_reconnects_after_the_token_died(self):
        practice = Practice(self.stage)
        page = self.open()
        self.connect(page, practice)
        self.stage.meta.post("/control/kill-token", {"account": practice.account})
        practice.write("berta")
        practice.wait_for_state("reconnect_required")
        page = self.visit(practice)
        self.check(page.locator(".banner.fail").get_by_text("Please connect again").is_visible(), "the page says so")
        page.get_by_role("button", name="Connect again").click()
        page.locator("a.button").click()
        self.consent(page, practice.account)
        self.arrive(page, "/done")
        page.get_by_role("link", name="To the practice's page").click()
        self.check(page.locator(".banner.pass").is_visible(), "all is well again")
        self.check_equal(len(practice.connections()), 1, "it is the same connection")
        self.check_equal(len(practice.sends(at_least=1, person="berta")), 1, "what was kept is answered once")

    def test_switches_the_flow_while_messages_arrive(self):
        practice = Practice(self.stage)
        page = self.open()
        self.connect(page, practice)
        people, stop = [], threading.Event()

        def write():
            # Before, during and after the switch, as fast as they are answered: ten at most wait for their answer.
            while not stop.is_set():
                person = f"patient_{practice.number}_{len(people)}"
                practice.write(person)
                people.append(person)
                wait_for("an answer", lambda: len(people) - len(practice.sends()) < 10)

        writer = threading.Thread(target=write)
        page = self.visit(practice)
        writer.start()
        try:
            wait_for("some messages", lambda: len(people) >= 5)
            page.get_by_role("button", name="Switch to Facebook Page").click()
            page.get_by_role("link", name="Switch").click()
            self.consent(page, practice.owner)
            self.arrive(page, "/done")
            switched = len(people)
            wait_for("messages after the switch", lambda: len(people) >= switched + 5)
        finally:
            stop.set()
            writer.join()
        self.check_equal([one["flow"] for one in practice.living()], ["facebook_page"], "the new flow alone")
        self.stage.meta.post("/control/drain", {"retries": True})
        wait_for("the end of all work", lambda: not practice.unfinished())
        sends = practice.sends()
        answered = sorted(send["person"] for send in sends)
        self.check_equal(answered, sorted(people), "everybody is answered, and once")
        self.check(len({send["flow"] for send in sends}) == 2, "both flows have answered")
        print(f"  {len(people)} messages, {switched} of them before the switch was done", flush=True)

    def test_disconnects_after_being_asked_once_more(self):
        practice = Practice(self.stage)
        page = self.open()
        self.connect(page, practice)
        page = self.visit(practice)
        page.get_by_role("link", name="Disconnect").click()
        self.check_equal(self.heading(page), "Disconnect the account?", "it asks")
        page.get_by_role("link", name="No, keep it connected").click()
        self.check_equal(practice.living()[0]["state"], "active", "still connected")
        page.get_by_role("link", name="Disconnect").click()
        page.get_by_role("button", name="Yes, disconnect").click()
        self.check(page.get_by_text("No account is connected").is_visible(), "the page says so")
        self.check_equal(practice.living(), [], "nothing is connected")

    def test_signs_out(self):
        practice = Practice(self.stage)
        page = self.visit(practice)
        page.get_by_role("button", name="Close this page").click()
        self.check_equal(self.heading(page), "The page is closed", "signed out")
        self.check_equal(page.context.cookies(), [], "no cookie is left")
        page.goto(self.stage.url + "/practice")
        self.check_equal(self.heading(page), "This page is closed", "the page is not shown any more")

    def test_keyboard_alone(self):
        practice = Practice(self.stage, flow="facebook_page")
        Practice(self.stage, owner=practice.owner)
        page = self.open()
        page.goto(practice.link())
        page.keyboard.press("Tab")
        self.check_equal(self.focused(page), "Skip to content", "the first stop")
        self.check(page.locator(".skip").bounding_box()["y"] >= 0, "the skip link comes into view")
        page.keyboard.press("Enter")
        self.check_equal(page.evaluate("document.activeElement.id"), "content", "it leads to the content")
        self.tab_to(page, "Continue")
        page.keyboard.press("Enter")
        # Meta's own dialog is not ours to judge: there the account is chosen as ever.
        page.locator('input[name="account"]').first.wait_for()
        page.locator(f'input[name="account"][value="{practice.owner}"]').check()
        page.get_by_role("button", name="Allow").press("Enter")
        self.arrive(page, "/accounts")
        page.locator("h1").wait_for()
        self.tab_to(page, practice.account)
        page.keyboard.press("ArrowDown")
        self.check(page.get_by_role("radio").nth(1).is_checked(), "the arrow keys choose")
        page.keyboard.press("ArrowUp")
        self.tab_to(page, "Connect this account")
        page.keyboard.press("Enter")
        self.arrive(page, "/done")
        page = self.visit(practice)
        for name in ("Connect again", "Switch to Instagram Login"):
            self.tab_to(page, name)
            page.keyboard.press("Enter")
            page.wait_for_url("**/connect/*")
            page.goto(self.stage.url + "/practice")
        self.tab_to(page, "Disconnect")
        page.keyboard.press("Enter")
        self.arrive(page, "/practice/disconnect")
        self.tab_to(page, "Yes, disconnect")
        page.keyboard.press("Enter")
        self.arrive(page, "/practice")
        wait_for("the end of the connection", lambda: not practice.living())
        self.tab_to(page, "Close this page")
        page.keyboard.press("Enter")
        page.get_by_text("You can close this window").wait_for()

    def focused(self, page):
        """The text of what has the focus; nothing where the page itself has it."""
        return page.evaluate(
            "(e => e.matches('body, main') ? '' : (e.closest('label') || e).innerText.trim())(document.activeElement)")

    def tab_to(self, page, text):
        """Presses Tab until something with this text has the focus, which must be seen there."""
        for _ in range(30):
            page.keyboard.press("Tab")
            if text in self.focused(page):
                style = page.evaluate(
                    "(s => [s.outlineStyle, parseFloat(s.outlineWidth)])(getComputedStyle(document.activeElement))")
                self.check(style[0] != "none" and style[1] >= 2, f"the focus on {text} is seen")
                return
        self.fail(f"the keyboard does not reach {text}")
