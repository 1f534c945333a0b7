"""Letters by e-mail."""

from __future__ import annotations

import smtplib
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from lianqiao.bridge.channels import Failed, Letter

# what a server says of one message; any other failure to send says that the server is away
OF_THE_MESSAGE = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


class Mail:
    """A mail server spoken to for the length of a `with`."""

    def __enter__(self) -> Self:
        self._server = get_connection()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()

    def send(self, letter: Letter, address: str) -> None:
        """Send a letter; raises Failed. Sent twice it keeps its Message-ID, so that a mailbox can tell."""
        body = f"{letter.text}\n\n{letter.link}\n"
        host = urlsplit(settings.SITE_ADDRESS).hostname or "lianqiao"
        headers = {"Message-ID": f"<{letter.reference}@{host}>"}
        try:
            self._server.open()
            self._server.send_messages([EmailMessage(letter.title, body, to=[address], headers=headers)])
        except OSError as error:
            away = not isinstance(error, OF_THE_MESSAGE)
            raise Failed(str(error) or type(error).__name__, away=away) from error
