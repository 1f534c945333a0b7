"""Files: who received which, what is known of their bytes, and uploads not all there yet."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from lianqiao.bridge.models.cases import Case
from lianqiao.bridge.models.jobs import Job


class Attachment(models.Model):
    """A file received from a person; its bytes lie in the attachment folder under their SHA-256."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    type = models.CharField(max_length=100)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="attachments")
    at = models.DateTimeField()

    class Meta:
        # a firm sends the same licence with every filing: the case is in the index so that finding the one
        # not yet bound stays quick
        indexes = (models.Index(fields=["sha256", "person", "case"], name="attachment_hash"),)


class Content(models.Model):
    """What is known of the bytes received under one SHA-256, once however often they were sent.

    `scan` is "" where nobody scans, then waiting, clean or infected; `virus` names what was found. `preview`
    is
    "" for types without one, then waiting, made or failed. `gone` is "" while the bytes lie here, then why
    they
    do not: retention, unbound or infected.
    """

    sha256 = models.CharField(max_length=64)
    type = models.CharField(max_length=100)
    size = models.BigIntegerField()
    at = models.DateTimeField()
    scan = models.CharField(max_length=10, default="")
    virus = models.CharField(max_length=120, default="")
    scan_attempts = models.PositiveIntegerField(default=0)
    scan_next_at = models.DateTimeField(null=True)
    scan_error = models.CharField(max_length=200, default="")
    preview = models.CharField(max_length=10, default="")
    gone = models.CharField(max_length=10, default="")
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sha256"], name="content_once"),)
        indexes = (
            models.Index(fields=["scan_next_at"], name="content_to_scan", condition=models.Q(scan="waiting")),
            models.Index(fields=["id"], name="content_to_picture", condition=models.Q(preview="waiting")),
        )

    def __str__(self) -> str:
        return self.sha256


class Preview(models.Model):
    """One picture made of a file: the picture itself, or page `number` of a PDF, or a frame of a film.

    Its own bytes lie under `sha256` as received files do; the original is found by its content.
    """

    content = models.ForeignKey(Content, on_delete=models.PROTECT, related_name="previews", db_index=False)
    number = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["content", "number"], name="preview_once"),)

    def __str__(self) -> str:
        return f"{self.content_id} {self.number}"


class Upload(models.Model):
    """A file being received in pieces; `offset` bytes of `size` lie on the disk for certain.

    `field` is what the promise's file says of the field it is for. Once whole it has become an attachment and
    `sha256` says which; the row stays a while so that whoever lost the answer can ask again.
    """

    token = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    purpose = models.CharField(max_length=160)
    name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    field = models.JSONField(default=dict)
    type = models.CharField(max_length=100, default="")
    sha256 = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["token"], name="upload_token"),)
        indexes = (
            models.Index(fields=["person", "-made_at"], name="upload_of_person"),
            models.Index(fields=["touched_at"], name="upload_touched"),
        )

    def __str__(self) -> str:
        return f"{self.name} {self.offset}/{self.size}"


class Check(models.Model):
    """What a look into a file found: kept once for each content and each way of looking (`wanted`).

    `report` is null until its job is done. Hints are made of it when it is read, by what the promise says.
    """

    sha256 = models.CharField(max_length=64)
    wanted = models.CharField(max_length=64)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="checks")
    report = models.JSONField(null=True)
    made_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["sha256", "wanted"], name="check_once"),)
