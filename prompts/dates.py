"""How times are written."""

from datetime import datetime


def zone_name(local: datetime) -> str:
    """WIB, WITA, WIT, or the zone's own short name; UTC+8 where it has only a number."""
    name = local.tzname() or ""
    if name[:1] in {"+", "-"}:
        hours, minutes = name[1:3].lstrip("0") or "0", name[3:]
        return f"UTC{name[0]}{hours}{f':{minutes}' if minutes.strip('0') else ''}"
    return name
