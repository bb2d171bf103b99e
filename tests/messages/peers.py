"""The other ends: a mail server with STARTTLS and sign-in, a webhook receiver, an SMS gateway."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class MailPeer:
    """A mail server; `replies` answers a command otherwise, `held` never answers after DATA."""

    port: int = 0
    replies: dict[str, str] = field(default_factory=dict)
    letters: list[Any] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    held: bool = False
    context: ssl.SSLContext | None = None


class _MailHandler(StreamRequestHandler):
    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        peer: MailPeer = self.server.peer
        self.secure = False
        self.say(peer.replies.get("HELLO", "220 peer"))
        while line := self.rfile.readline().decode().strip():
            command = line.split(" ")[0].split(":")[0].upper()
            if command in peer.replies:
                self.say(peer.replies[command])
            elif not self.answer(peer, command, line):
                return

    def answer(self, peer: MailPeer, command: str, line: str) -> bool:
        if command == "EHLO":
            offers = ["peer", *(["STARTTLS"] if peer.context and not self.secure else [])]
            for each in offers:
                self.say(f"250-{each}")
            self.say("250 AUTH PLAIN")
        elif command == "STARTTLS":
            self.say("220 go on")
            self.upgrade(peer)
        elif command == "AUTH":
            told = base64.b64decode(line.split(" ")[2]).decode().split("\0")
            peer.signed_in.append(":".join(told[1:]))
            self.say("235 hello")
        elif command == "DATA":
            self.say("354 say it")
            return self.take(peer)
        elif command == "QUIT":
            self.say("221 bye")
            return False
        else:
            self.say("250 fine")
        return True

    def finish(self) -> None:
        super().finish()
        self.request.close()

    def upgrade(self, peer: MailPeer) -> None:
        self.request = peer.context.wrap_socket(self.request, server_side=True)
        self.rfile.close(), self.wfile.close()
        self.rfile, self.wfile = self.request.makefile("rb"), self.request.makefile("wb", 0)
        self.secure = True

    def take(self, peer: MailPeer) -> bool:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line)
        peer.letters.append(message_from_bytes(b"".join(lines), policy=policy.default))
        peer.encrypted.append(self.secure)
        if peer.held:
            time.sleep(60)
            return False
        self.say(peer.replies.get("END", "250 taken"))
        return True


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    peer: Any

    def handle_error(self, request, client_address):
        """A client that was killed is what these tests are about."""


@contextmanager
def mail_server(folder: Path | None = None) -> Iterator[MailPeer]:
    """Run a mail server; with a folder it offers STARTTLS with a certificate made there."""
    server = _Server(("127.0.0.1", 0), _MailHandler)
    server.peer = MailPeer(port=server.server_address[1])
    if folder:
        server.peer.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.peer.context.load_cert_chain(*certificate(folder))
    with _running(server):
        yield server.peer


def certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate of localhost and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), [
        x509.NameAttribute(NameOID.COMMON_NAME, "localhost")
    ]  # fmt: skip
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(name))
        .issuer_name(x509.Name(name))
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    kind, bare = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / "peer.pem").write_bytes(made.public_bytes(pem))
    (folder / "peer.key").write_bytes(key.private_bytes(pem, kind, bare))
    return folder / "peer.pem", folder / "peer.key"


@dataclass
class HttpPeer:
    """A receiver of posts; `status` and `answer` are what it says, `slow` how long it waits."""

    url: str = ""
    status: int = 200
    answer: Any = None
    slow: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    posts: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _path, _headers, body in self.posts]


class _HttpHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        peer: HttpPeer = self.server.peer
        body = self.rfile.read(int(self.headers["Content-Length"]))
        peer.posts.append((self.path, dict(self.headers), body))
        time.sleep(peer.slow)
        data = json.dumps(peer.answer).encode()
        self.send_response(peer.status)
        for name, value in peer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: Any) -> None:
        """Quiet."""


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    peer: Any

    def handle_error(self, request, client_address):
        """A client that went away is what these tests are about."""


@contextmanager
def http_server() -> Iterator[HttpPeer]:
    """Run a receiver of posts on a free port."""
    server = _HttpServer(("127.0.0.1", 0), _HttpHandler)
    server.peer = HttpPeer(url=f"http://127.0.0.1:{server.server_address[1]}/in")
    with _running(server):
        yield server.peer


@contextmanager
def _running(server: Any) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
