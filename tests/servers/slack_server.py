#!/usr/bin/python3
"""An HTTPS server that answers like Slack's incoming webhooks, well or badly.

Behaviours (see script_file.py; "/script/BEHAVIOUR" in the path works too, with "_" for blanks):
  ok                 200 "ok", or 400 "invalid_payload" where Slack would say so
  429 SECONDS        429 with Retry-After in seconds
  429-date SECONDS   429 with Retry-After as an HTTP date
  STATUS [WORD]      that status, and the word as the answer
  redirect URL       302 to that address
  big                200 and an answer of 200 KB
  hang               reads the request and never answers
  reset              reads the request and resets the connection
"""

import argparse
import email.utils
import http.server
import json
import os
import socket
import ssl
import struct
import threading
import time

from script_file import Log, Script, write_whole


def verdict(body):
    """What Slack would answer to this body."""
    try:
        payload = json.loads(body)
    except ValueError:
        return 400, "invalid_payload"
    if not isinstance(payload, dict) or not isinstance(payload.get("text"), str) or not payload["text"]:
        return 400, "no_text" if isinstance(payload, dict) else "invalid_payload"
    blocks = payload.get("blocks", [])
    if not isinstance(blocks, list) or len(blocks) > 50:
        return 400, "invalid_blocks"
    for block in blocks:
        if block.get("type") == "section" and not 0 < len(block["text"]["text"]) <= 3000:
            return 400, "invalid_blocks"
    return 200, "ok"


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 3600

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.serve(body.decode("utf-8", "replace"))

    def do_GET(self):
        self.serve("")

    def serve(self, body):
        behaviour = self.server.script.next() or "ok"
        if self.path.startswith("/script/"):
            behaviour = self.path[len("/script/"):].replace("_", " ")
        word, _, rest = behaviour.partition(" ")
        status, text = verdict(body) if self.command == "POST" else (200, "ok")
        self.server.log.add(method=self.command, path=self.path, body=body, behaviour=behaviour,
                            accepted=word == "ok" and status == 200)
        if word == "hang":
            self.server.released.wait(3600)
        elif word == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            socket.socket.close(self.connection)
            self.close_connection = True
        elif word == "big":
            self.answer(200, "x" * 200000)
        elif word == "redirect":
            self.answer(302, "", Location=rest)
        elif word == "429":
            self.answer(429, "rate_limited", **{"Retry-After": rest})
        elif word == "429-date":
            date = email.utils.formatdate(time.time() + float(rest), usegmt=True)
            self.answer(429, "rate_limited", **{"Retry-After": date})
        elif word == "ok":
            self.answer(status, text)
        else:
            self.answer(int(word), rest)

    def answer(self, status, text, **headers):
        data = text.encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        try:
            self.wfile.write(data)
        except OSError:
            self.close_connection = True

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # a client that refuses our certificate is what some tests want


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--script")
    parser.add_argument("--certificate", help="with its .key beside it; without: plain HTTP")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    server = Server(("127.0.0.1", options.port), Handler)
    server.script, server.log = Script(options.script), Log(options.log)
    server.released = threading.Event()
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, os.path.splitext(options.certificate)[0] + ".key")
        server.socket = context.wrap_socket(server.socket, server_side=True,
                                            do_handshake_on_connect=False)
    write_whole(options.port_file, str(server.server_port))
    server.serve_forever()


if __name__ == "__main__":
    main()
