#!/usr/bin/python3
"""A mail submission server (Debian's python3-aiosmtpd) that behaves well or badly.

Behaviours, one for each mail (see script_file.py):
  ok               accepts it
  MAIL 451 TEXT    that answer to MAIL FROM      (any code)
  RCPT 450 TEXT    that answer to each RCPT TO
  DATA 451 TEXT    that answer to the whole mail
  hang             takes the mail and never answers
  drop             takes the mail and closes the connection
Every mail that was accepted is a line in the log.
"""

import argparse
import asyncio
import email
import email.policy
import logging
import os
import ssl
import warnings

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from script_file import Log, Script, write_whole


def describe(content):
    mail = email.message_from_bytes(content, policy=email.policy.default)
    parts = []
    for part in mail.walk():
        if part.is_multipart():
            continue
        data = part.get_payload(decode=True) or b""
        parts.append({"type": part.get_content_type(), "name": part.get_filename(),
                      "disposition": part.get_content_disposition(), "size": len(data),
                      "text": part.get_content() if part.get_content_type() == "text/plain" else ""})
    headers = [[name, str(value)] for name, value in mail.items()]
    longest = max(len(line) for line in content.split(b"\r\n"))
    return {"headers": headers, "subject": str(mail["Subject"]), "message_id": str(mail["Message-ID"]),
            "parts": parts, "longest_line": longest}


class Handler:
    def __init__(self, options):
        self.script, self.log = Script(options.script), Log(options.log)
        self.refused = dict(item.split("=", 1) for item in options.refuse)

    async def handle_MAIL(self, server, session, envelope, address, mail_options):
        session.behaviour = self.script.next() or "ok"
        if session.behaviour.startswith("MAIL "):
            return session.behaviour[5:]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refused:
            return self.refused[address]
        if session.behaviour.startswith("RCPT "):
            return session.behaviour[5:]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        behaviour = session.behaviour
        if behaviour == "hang":
            await asyncio.sleep(3600)
        if behaviour == "drop":
            server.transport.abort()
            return "250 OK"
        if behaviour.startswith("DATA "):
            return behaviour[5:]
        login = session.auth_data.login.decode() if session.auth_data else None
        encrypted = server.transport.get_extra_info("sslcontext") is not None or session.ssl is not None
        self.log.add(sender=envelope.mail_from, receivers=envelope.rcpt_tos, user=login,
                     encrypted=encrypted, **describe(envelope.content))
        return "250 OK"


def make_authenticator(user, password):
    def authenticate(server, session, envelope, mechanism, data):
        ok = isinstance(data, LoginPassword) and data.login == user.encode() and data.password == password.encode()
        return AuthResult(success=ok, auth_data=data, handled=False)
    return authenticate


async def serve(options):
    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, os.path.splitext(options.certificate)[0] + ".key")
    starttls = options.tls == "starttls"
    handler = Handler(options)
    settings = {"tls_context": context if starttls else None, "require_starttls": starttls,
                "auth_require_tls": starttls, "hostname": "test.localhost", "data_size_limit": 50000000}
    if options.user:
        settings.update(auth_required=True,
                        authenticator=make_authenticator(options.user, options.password))
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, **settings), "127.0.0.1", options.port,
        ssl=context if options.tls == "implicit" else None)
    write_whole(options.port_file, str(server.sockets[0].getsockname()[1]))
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--script")
    parser.add_argument("--tls", choices=("none", "starttls", "implicit"), default="starttls")
    parser.add_argument("--certificate")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--user")
    parser.add_argument("--password")
    parser.add_argument("--refuse", action="append", default=[], metavar="ADDRESS=ANSWER")
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
