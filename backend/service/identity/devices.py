"""How emails describe the client of a request: in fixed words, because a client can send any `User-Agent`."""

from core.translation import mark, translated

# The first match counts: the user agents of later entries contain the names of earlier ones.
_BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
}
_BROWSERS |= {"Safari": "Safari"}
_SYSTEMS = {"iPhone": "iPhone", "iPad": "iPad", "Android": "Android", "CrOS": "ChromeOS", "Windows": "Windows"}
_SYSTEMS |= {"Mac OS X": "macOS", "Linux": "Linux"}


def describe_device(user_agent: str | None, language: str) -> str | None:
    """Return browser and system, as in "Firefox on Linux", as far as they are known, in this language."""
    if user_agent is None:
        return None
    browser, system = _first_in(user_agent, _BROWSERS), _first_in(user_agent, _SYSTEMS)
    if browser and system:
        return translated(mark("{browser} on {system}"), language, browser=browser, system=system)
    return browser or system


def _first_in(user_agent: str, names: dict[str, str]) -> str | None:
    return next((name for mark, name in names.items() if mark in user_agent), None)
