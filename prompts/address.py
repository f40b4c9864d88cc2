"""How a person is addressed."""


def first_name(name: str) -> str:
    """The name by which a person is addressed: "Rina" of "Dr. Rina Wati", "Made" of "I Made Suarta"."""
    words = name.split()
    return next((word for word in words if len(word) > 2 and not word.endswith(".")), words[0] if words else "")
