"""Listens to an interface: which TTLs the packets of a sender have."""
import ipaddress
import socket

TCP, UDP = 6, 17
ETH_P_ALL, HEADER = 3, 14
RST = 0x04


class Capture:
    """From its making on. Packets wait in the kernel until they are asked for."""

    def __init__(self, box, interface):
        with box.inside():
            self.sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        self.sock.bind((interface, ETH_P_ALL))
        self.sock.setblocking(False)
        self.seen = set()  # (source, protocol, TTL)
        box.lab.at_end.append(self.sock.close)

    def ttls(self, source, protocol):
        """TTLs or hop limits of what has come from an address so far. Without RSTs: for a connection
        that is gone the kernel sends them by itself, as it likes."""
        self._take()
        wanted = (str(ipaddress.ip_address(source)), protocol)
        return {ttl for *sender, ttl in self.seen if tuple(sender) == wanted}

    def _take(self):
        while True:
            try:
                packet = self.sock.recv(2048)[HEADER:]
            except BlockingIOError:
                return
            found = read_header(packet)
            if found:
                self.seen.add(found)


def read_header(packet):
    """(source, protocol, TTL); None of what does not count."""
    version = packet[0] >> 4
    if version == 4:
        source, protocol, ttl, payload = packet[12:16], packet[9], packet[8], packet[(packet[0] & 15) * 4:]
    elif version == 6:
        source, protocol, ttl, payload = packet[8:24], packet[6], packet[7], packet[40:]
    else:
        return None
    if protocol == TCP and payload[13] & RST:
        return None
    return str(ipaddress.ip_address(source)), protocol, ttl
