"""Which addresses of the internet a calendar may be fetched from: no private and no local one."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_NEVER = tuple(
    ip_network(network)
    for network in (
        "168.63.129.16/32",  # Azure's host, with data about the machine; public by its range
        "192.0.0.0/24",  # protocol assignments; Oracle Cloud's metadata is at 192.0.0.192
        "192.88.99.0/24",  # relays to IPv6 that are not in use any more
        "100.64.0.0/10",  # networks of providers; Alibaba Cloud's metadata is at 100.100.100.200
        "fec0::/10",  # site-local, not in use any more
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet: not private, loopback, link-local (where clouds serve a
    machine's credentials), multicast or reserved. IPv4 addresses inside IPv6 count as what they are."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        inside = _inside(ip)
        if inside is not None:
            return is_public(str(inside))
    if not ip.is_global or ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback or ip.is_link_local:
        return False
    return not any(ip in network for network in _NEVER if network.version == ip.version)


def _inside(ip: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that traffic to `ip` reaches."""
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    teredo = ip.teredo
    return ip.ipv4_mapped or ip.sixtofour or (teredo[1] if teredo else None)
