"""A port for a server that a test starts, when its number has to be known beforehand."""

import secrets
import socket

FIRST, LAST = 20_000, 32_000
"""Below the ports that operating systems give to outgoing connections and to servers without a port of their own: such
a port may be taken between the moment at which it was found free and the start of the server."""


def free_port() -> int:
    """A port of 127.0.0.1 on which nothing listens."""
    while True:
        port = FIRST + secrets.randbelow(LAST - FIRST)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
