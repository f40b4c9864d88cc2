"""rich_text: sections, lists, quotes and preformatted text, and the pieces inside them."""

from .spec import Anything, Bool, Int, ListOf, Obj, OneOf, Spec, Str, Typed, shape, words

STYLE = Obj(
    {
        name: Bool()
        for name in ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
    }
)
NAMED: dict[str, Spec] = {"style": STYLE}
PIECES: dict[str, Obj] = {
    "text": shape({"text": Str(40_000), **NAMED}, "text"),
    "link": shape({"url": Str(3_000), "text": Str(40_000, 0), "unsafe": Bool(), **NAMED}, "url"),
    "user": shape({"user_id": Str(50), **NAMED}, "user_id"),
    "usergroup": shape({"usergroup_id": Str(50), **NAMED}, "usergroup_id"),
    "channel": shape({"channel_id": Str(50), **NAMED}, "channel_id"),
    "emoji": shape({"name": Str(255), "unicode": Str(255), "skin_tone": Int(1, 6), **NAMED}, "name"),
    "broadcast": shape({"range": OneOf(words("here channel everyone")), **NAMED}, "range"),
    "color": shape({"value": Str(50), **NAMED}, "value"),
    "team": shape({"team_id": Str(50), **NAMED}, "team_id"),
    "date": shape(
        {"timestamp": Int(0, 10**11), "format": Str(255), "url": Str(3_000), "fallback": Str(3_000), **NAMED},
        "timestamp format",
    ),
}
MANY = 10_000
BITS = ListOf(Typed(PIECES), MANY, 0)
SECTION = shape({"elements": BITS}, "elements")
PARTS: dict[str, Obj] = {
    "rich_text_section": SECTION,
    "rich_text_list": shape(
        {
            "elements": ListOf(Typed({"rich_text_section": SECTION}), MANY),
            "style": OneOf(words("bullet ordered")),
            "indent": Int(0, 8),
            "offset": Int(0, 10_000),
            "border": Int(0, 1),
        },
        "elements style",
    ),
    "rich_text_preformatted": shape({"elements": BITS, "border": Int(0, 1), "language": Str(50)}, "elements"),
    "rich_text_quote": shape({"elements": BITS, "border": Int(0, 1)}, "elements"),
}
RICH_TEXT_KEYS: dict[str, Spec] = {"elements": ListOf(Typed(PARTS), MANY)}
RICH_TEXT = Obj({"type": OneOf(words("rich_text")), "block_id": Anything(), **RICH_TEXT_KEYS}, words("type elements"))
