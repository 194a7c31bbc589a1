"""A real browser before the service, and what every test counts and asks for."""

import os
import pathlib
import shutil
import unittest
import urllib.parse

from playwright.sync_api import sync_playwright

from stage import PATIENCE, Stage

SCREENSHOTS = pathlib.Path(os.environ.get("CLARIVA_SCREENSHOTS", "screenshots"))


class Counts:
    checks = 0
    screenshots = 0
    audits = 0


class World:
    """One service, one sandbox and one browser for all tests."""

    current = None

    def __init__(self):
        self.stage = Stage()
        self.driver = sync_playwright().start()
        self.browser = self.driver.chromium.launch(
            executable_path=os.environ.get("CLARIVA_CHROMIUM") or shutil.which("chromium"),
            # As root, as in most containers, Chromium has no sandbox of its own.
            args=["--no-sandbox", "--disable-dev-shm-usage"] if os.geteuid() == 0 else [])

    @classmethod
    def get(cls):
        if cls.current is None:
            cls.current = World()
        return cls.current

    def end(self):
        self.browser.close()
        self.driver.stop()
        self.stage.end()


class PagesCase(unittest.TestCase):
    # Axe is a script, which the pages' policy forbids.
    bypass_csp = False

    def setUp(self):
        self.world = World.get()
        self.stage = self.world.stage
        self.complaints = []

    def check(self, condition, text):
        Counts.checks += 1
        self.assertTrue(condition, text)

    def check_equal(self, one, other, text):
        Counts.checks += 1
        self.assertEqual(one, other, text)

    def open(self, **options):
        """A page of a fresh browser context: no cookies, no history."""
        options = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", "bypass_csp": self.bypass_csp, **options}
        context = self.world.browser.new_context(**options)
        context.set_default_timeout(PATIENCE * 1000)
        self.addCleanup(context.close)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def _hear(self, message):
        # An error page is an answer like any other; what counts is what the browser refuses to do.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)

    def tearDown(self):
        self.check_equal(self.complaints, [], "the browser complains")

    # --- What people do

    def consent(self, page, account, button="Allow"):
        """In Meta's dialog: chooses the account, and presses a button."""
        page.locator(f'input[name="account"][value="{account}"]').check()
        page.get_by_role("button", name=button).click()

    def connect(self, page, practice, flow="instagram_login", link=None):
        """The whole way from the link to the last page."""
        page.goto(link or practice.link(flow=flow))
        page.locator("a.button").click()
        self.consent(page, practice.account if flow == "instagram_login" else practice.owner)
        self.arrive(page, "/done")

    def visit(self, practice, page=None, **options):
        """The practice's own page, opened by a link."""
        page = page or self.open(**options)
        page.goto(practice.link("manage"))
        self.arrive(page, "/practice")
        return page

    def sign_in(self, page):
        """At the operators' page, with the key of the configuration."""
        page.goto(self.stage.url + "/admin/sign-in")
        page.get_by_label("API key").fill(self.stage.key)
        page.get_by_role("button", name="Sign in").click()
        self.arrive(page, "/admin")

    def arrive(self, page, end):
        """Waits for an address with this end of its path; Instagram leaves a fragment behind."""
        page.wait_for_url(lambda url: urllib.parse.urlsplit(url).path.endswith(end))

    def heading(self, page):
        return page.locator("h1").inner_text()

    def no_sideways(self, page, name):
        wide = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        self.check(wide[0] <= wide[1], f"{name} scrolls sideways: {wide[0]} of {wide[1]} px")
