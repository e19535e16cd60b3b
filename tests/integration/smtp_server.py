"""A real SMTP server (aiosmtpd) for the tests: STARTTLS, AUTH, and replies chosen by the recipient's local part.

Prints the port, then one JSON line a message. Ends when its standard input does.
usage: smtp_server.py [CERT KEY]
"""
import asyncio, email, email.policy, json, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        for reply in ("451 try later", "550 no such user"):
            if address.startswith(reply[:3]):
                return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        parts = [{"type": part.get_content_type(), "name": part.get_filename(), "cid": part["Content-ID"], "disposition": part.get_content_disposition(),
                  "size": len(part.get_payload(decode=True) or b""), "text": part.get_content() if part.get_content_maintype() == "text" and not part.get_filename() else None}
                 for part in message.walk()]
        print(json.dumps({"to": envelope.rcpt_tos, "from": envelope.mail_from, "tls": session.ssl is not None, "user": getattr(session, "login", None),
                          "headers": {k: str(v) for k, v in message.items()}, "parts": parts}), flush=True)
        return "250 kept"


def authenticate(server, session, envelope, mechanism, data):
    login, password = data.login.decode(), data.password.decode()
    session.login = login
    return AuthResult(success=(login, password) == ("reports", "right"), handled=False)  # aiosmtpd writes the reply


def main():
    options = {}
    if len(sys.argv) > 2:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        options = {"tls_context": context, "authenticator": authenticate, "auth_require_tls": True, "auth_required": True, "require_starttls": True}
    controller = Controller(Handler(), hostname="127.0.0.1", port=0, **options)
    # Controller.start() connects to the port it was given, and 0 is none: start the server by hand.
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(loop.create_server(controller.factory, "127.0.0.1", 0))
    print(server.sockets[0].getsockname()[1], flush=True)
    loop.run_in_executor(None, lambda: (sys.stdin.read(), loop.call_soon_threadsafe(loop.stop)))
    loop.run_forever()


main()
