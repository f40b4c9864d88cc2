"""The web pages of an installation: what a browser shows before and after it was at Slack."""

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from slack_bolt.request.async_request import AsyncBoltRequest

from prompts.catalogue import DEFAULT_LANGUAGE, Catalogue

PAGE = """<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.0625rem/1.5 system-ui, sans-serif; color: #1d1c1d; background: #fff; margin: 0 auto; max-width: 34rem;
  padding: 3rem 1.25rem; }}
h1 {{ font-size: 1.5rem; line-height: 1.25; }}
a.button {{ display: inline-block; margin: 1rem 0; padding: .75rem 1.25rem; border-radius: .375rem; background: #0b5351;
  color: #fff; font-weight: 600; text-decoration: none; }}
a:focus-visible {{ outline: 3px solid #1264a3; outline-offset: 2px; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'",
    "Referrer-Policy": "no-referrer",  # the page's address holds a code
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Of every page: it runs no script and is shown in no frame."""
OPEN_SLACK = "https://slack.com/app_redirect"


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
        elsewhere = f"{self.install_path}?{urlencode({'lang': other})}"
        content = [
            _paragraph(texts.plain("installation.install.text")),
            _paragraph(texts.plain("installation.install.ask")),
            _button(texts.plain("installation.install.button"), url),
            f'<p><a href="{escape(elsewhere)}" lang="{other}" hreflang="{other}">'
            f"{escape(texts.plain('installation.other'))}</a></p>",
        ]
        return self._page(language, texts.plain("installation.install.title"), content)

    def installed(self, language: str, name: str, key: str, app_id: str) -> str:
        """The page after an installation, in a workspace or organisation `key`."""
        texts = self.catalogue.texts(language)
        steps = texts.plain_list("installation.installed.steps", command=self.catalogue.command)
        where = {"app": app_id} | ({"team": key} if key.startswith("T") else {})
        content = [
            _paragraph(texts.plain("installation.installed.text")),
            f"<ol>{''.join(f'<li>{escape(step)}</li>' for step in steps)}</ol>",
            _button(texts.plain("installation.installed.button"), f"{OPEN_SLACK}?{urlencode(where)}"),
        ]
        return self._page(language, texts.plain("installation.installed.title", name=name), content)

    def failed(self, language: str, reason: str) -> str:
        """The page after a failure. `reason` may be anything: an unknown one is told as a refusal by Slack."""
        texts = self.catalogue.texts(language)
        key = f"installation.failed.{reason}"
        known = reason in FAILURES
        content = [
            _paragraph(texts.plain(key if known else "installation.failed.refused")),
            _button(texts.plain("installation.failed.again"), f"{self.install_path}?{urlencode({'lang': language})}"),
        ]
        return self._page(language, texts.plain("installation.failed.title"), content)

    def missing(self, link: str) -> str:
        """What people read in Slack who use an app that is not installed there, in each language."""
        codes = sorted(self.catalogue.languages, key=lambda code: code != DEFAULT_LANGUAGE)
        return "\n".join(self.catalogue.texts(code).plain("installation.missing", link=link) for code in codes)

    def _page(self, language: str, title: str, content: list[str]) -> str:
        return PAGE.format(language=language, title=escape(title), content="\n".join(content))


FAILURES = (
    "cancelled",
    "invalid_browser",
    "invalid_state",
    "missing_code",
    "invalid_code",
    "refused",
    "no_answer",
    "not_stored",
)


def _paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def _button(label: str, url: str) -> str:
    return f'<p><a class="button" href="{escape(url)}">{escape(label)}</a></p>'


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
