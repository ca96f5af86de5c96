"""A clamd that knows one signature: the EICAR test string. Speaks the socket protocol of clamd(8)."""

import socketserver
import struct
import threading

# In two parts, so that no scanner takes this file itself for the test string.
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
STREAM_LIMIT = 25 * 1024 * 1024


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.rfile.read(1)
        if command == b"zVERSION\0":
            self.wfile.write(b"ClamAV 1.4.3/27800/Mon Nov 23 08:00:00 2026\0")
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._verdict(self._stream()) + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _stream(self):
        received = b""
        while size := struct.unpack(">I", self.rfile.read(4))[0]:
            received += self.rfile.read(size)
            if len(received) > STREAM_LIMIT:
                return None
        return received

    def _verdict(self, content):
        if content is None:
            return b"INSTREAM size limit exceeded. ERROR"
        if EICAR in content:
            return b"stream: Eicar-Test-Signature FOUND"
        return b"stream: OK"


class FakeClamd:
    """Serves on a loopback port for the length of a `with` block; `address` is what to configure."""

    def __enter__(self):
        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
