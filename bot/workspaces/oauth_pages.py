"""The web pages of an installation: what a browser shows before and after it was at Slack."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from slack_bolt.request.async_request import AsyncBoltRequest

from prompts.catalogue import DEFAULT_LANGUAGE, Catalogue, Texts

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "Referrer-Policy": "no-referrer",  # the page's address holds a code
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every page: it runs no script and is shown in no frame."""
OPEN_SLACK = "https://slack.com/app_redirect"
FAILURES = (
    "cancelled",
    "invalid_browser",
    "invalid_state",
    "missing_code",
    "invalid_code",
    "refused",
    "no_answer",
    "not_stored",
    "org_installed",
    "not_allowed",
)
"""The reasons that have a text of their own."""


@dataclass(frozen=True)
class InstallationPages:
    """HTML in each language of the catalogue."""

    catalogue: Catalogue
    install_path: str

    def language(self, request: AsyncBoltRequest, begun: str = "") -> str:
        """The language of the page before this one, else the one chosen by link, else the browser's first known."""
        chosen = [begun, *request.query.get("lang", [])]
        wanted = [*chosen, *_preferred(",".join(request.headers.get("accept-language", [])))]
        return next((code for code in wanted if code in self.catalogue.languages), DEFAULT_LANGUAGE)

    def install(self, language: str, url: str) -> str:
        """The page with the button that leads to Slack."""
        texts = self.catalogue.texts(language)
        other = next(code for code in self.catalogue.languages if code != language)
        elsewhere = {
            "link": f"{self.install_path}?{urlencode({'lang': other})}",
            "language": other,
            "name": self.catalogue.names()[other],
        }
        paragraphs = [texts.plain(f"installation.install.{name}") for name in ("text", "ask")]
        return self._page(texts, "installation.install", url, paragraphs, other=elsewhere)

    def installed(self, language: str, name: str, key: str, app_id: str) -> str:
        """The page after an installation, in a workspace or organisation `key`."""
        texts = self.catalogue.texts(language)
        where = {"app": app_id} | ({"team": key} if key.startswith("T") else {})
        return self._page(
            texts,
            "installation.installed",
            f"{OPEN_SLACK}?{urlencode(where)}",
            [texts.plain("installation.installed.text")],
            name=name,
            steps=texts.plain_list("installation.installed.steps", command=self.catalogue.command),
        )

    def failed(self, language: str, reason: str, place: str = "") -> str:
        """The page after a failure. `reason` may be anything: an unknown one is told as a refusal by Slack.

        `place` is the id of the workspace or organisation, if Slack said it.
        """
        texts = self.catalogue.texts(language)
        link = f"{self.install_path}?{urlencode({'lang': language})}"
        told = texts.plain(f"installation.failed.{reason if reason in FAILURES else 'refused'}", place=place)
        return self._page(texts, "installation.failed", link, [told])

    def _page(
        self,
        texts: Texts,
        key: str,
        link: str,
        paragraphs: list[str],
        *,
        name: str = "",
        steps: list[str] | None = None,
        other: dict[str, str] | None = None,
    ) -> str:
        return TEMPLATES.get_template("installation.html.j2").render(
            language=texts.language,
            title=texts.plain(f"{key}.title", name=name),
            paragraphs=paragraphs,
            steps=steps or [],
            link=link,
            button=texts.plain(f"{key}.button"),
            other=other,
        )


def _preferred(accepted: str) -> list[str]:
    """The languages of an `Accept-Language` header, without their regions, the most wanted first."""
    weighed = []
    for part in accepted[:1_000].split(","):
        name, _, options = part.partition(";")
        quality = options.strip().removeprefix("q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            weight = 0.0
        weighed.append((-weight, name.strip().lower().partition("-")[0]))
    return [code for _, code in sorted(weighed, key=lambda pair: pair[0])]
