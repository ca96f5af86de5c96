"""What people do on a target page: rate, complete, bind, change, decide, read."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from shangwu.foundation.accounts.models import signed_in
from shangwu.foundation.accounts.roles import Role, any_of
from shangwu.foundation.files import operations as files
from shangwu.foundation.files.models import StoredFile
from shangwu.foundation.law.refused import Refused
from shangwu.foundation.web.entry import entry
from shangwu.foundation.web.small_forms import is_filled_in, tell_refusal
from shangwu.targets.forms.acts import (
    BindingForm,
    ChangeForm,
    CompletionForm,
    DayForm,
    DecisionForm,
    RatingForm,
    ReasonForm,
)
from shangwu.targets.models import Indicator, TargetVersion
from shangwu.targets.operations import changes, judgements, measuring
from shangwu.targets.vocabulary import ReadingTrigger

EDITORS = any_of(Role.TARGETS_EDITOR, Role.TARGETS_REVIEWER)
REVIEWERS = any_of(Role.TARGETS_REVIEWER)
EVIDENCE_KINDS = frozenset({"pdf", "docx", "xlsx", "png", "jpeg", "text"})
EVIDENCE_BYTES = 20 * 1024 * 1024


@entry(allow=EDITORS, writes=True)
@require_POST
def rate(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a rating with its evidence, and read the target anew."""
    indicator = get_object_or_404(Indicator, pk=pk)
    now = timezone.localtime()
    levels = judgements.possible_levels(indicator, on=now.date(), at=now)

    def act(cleaned: dict[str, Any]) -> None:
        with _stored(request, cleaned["evidence"]) as evidence, transaction.atomic():
            judgements.rate_indicator(
                indicator=pk,
                level=cleaned["level"],
                reason=cleaned["reason"],
                rated_on=cleaned["rated_on"],
                valid_until=cleaned["valid_until"],
                files=evidence,
                by=signed_in(request),
                at=now,
            )
            _read(request, pk, of=cleaned["rated_on"])

    form = RatingForm(request.POST, request.FILES, levels=levels)
    return _acted(request, pk, form, act, "评定已记录，读数已更新。")


@entry(allow=EDITORS, writes=True)
@require_POST
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a completion with its evidence, and read the target anew."""

    def act(cleaned: dict[str, Any]) -> None:
        with _stored(request, cleaned["evidence"]) as evidence, transaction.atomic():
            judgements.record_completion(
                indicator=pk,
                done_on=cleaned["done_on"],
                description=cleaned["description"],
                files=evidence,
                by=signed_in(request),
                at=timezone.localtime(),
            )
            _read(request, pk, of=cleaned["done_on"])

    form = CompletionForm(request.POST, request.FILES)
    return _acted(request, pk, form, act, "完成情况已登记，读数已更新。")


@entry(allow=EDITORS, writes=True)
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the standing completion record back."""

    @transaction.atomic
    def act(cleaned: dict[str, Any]) -> None:
        judgements.withdraw_completion(
            indicator=pk, reason=cleaned["reason"], by=signed_in(request), at=timezone.localtime()
        )
        _read(request, pk)

    return _acted(request, pk, ReasonForm(request.POST), act, "完成记录已撤销，原记录留存可查。")


@entry(allow=EDITORS, writes=True)
@require_POST
def bind(request: HttpRequest, pk: int) -> HttpResponse:
    """Bind a measure, and read the target anew."""
    form = BindingForm(request.POST)

    @transaction.atomic
    def act(cleaned: dict[str, Any]) -> None:
        measuring.bind_measure(
            indicator=pk,
            measure=cleaned["measure"],
            parameters=form.parameters(),
            reason=cleaned["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        _read(request, pk)

    return _acted(request, pk, form, act, "度量已绑定，读数已更新。")


@entry(allow=EDITORS, writes=True)
@require_POST
def propose_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose a new target for approval."""

    def act(cleaned: dict[str, Any]) -> None:
        changes.propose_target_change(
            indicator=pk,
            raw=cleaned["raw"],
            effective_on=cleaned["effective_on"],
            reason=cleaned["reason"],
            by=signed_in(request),
            at=timezone.localtime(),
        )

    return _acted(request, pk, ChangeForm(request.POST), act, "调整已提出，等待审核人员审批。")


@entry(allow=REVIEWERS, writes=True)
@require_POST
def decide_change(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Approve or refuse a proposed change."""
    get_object_or_404(TargetVersion, pk=version, indicator=pk)

    @transaction.atomic
    def act(cleaned: dict[str, Any]) -> None:
        changes.decide_target_change(
            version=version,
            approve="approve" in request.POST,
            note=cleaned["note"],
            by=signed_in(request),
            at=timezone.localtime(),
        )
        _read(request, pk)

    return _acted(request, pk, DecisionForm(request.POST), act, "审批意见已记录。")


@entry(allow=EDITORS, writes=True)
@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a reading now, for today or for a past day."""

    def act(cleaned: dict[str, Any]) -> None:
        at = timezone.localtime()
        if cleaned["on"] is None:
            _read(request, pk)
        else:
            _take(request, pk, cleaned["on"], at)

    return _acted(request, pk, DayForm(request.POST), act, "已读取。")


def _acted(
    request: HttpRequest, pk: int, form: Form, act: Callable[[dict[str, Any]], None], done: str
) -> HttpResponse:
    """Run the act when the form is valid, else say what is wrong; back to the target page."""
    if is_filled_in(request, form):
        try:
            act(form.cleaned_data)
        except Refused as refused:
            tell_refusal(request, refused)
        else:
            messages.success(request, done)
    return redirect("targets:target", pk)


def _read(request: HttpRequest, pk: int, *, of: date | None = None) -> None:
    """Read the target as of its usual day, or of a later day that was just proved."""
    at = timezone.localtime()
    indicator = Indicator.objects.select_related("declaration").get(pk=pk)
    usual = measuring.usual_day(indicator.declaration, at=at)
    _take(request, pk, max(usual, of) if of else usual, at)


def _take(request: HttpRequest, pk: int, on: date, at: datetime) -> None:
    trigger = ReadingTrigger.ON_DEMAND if on == at.date() else ReadingTrigger.BACKFILL
    measuring.take_reading(indicator=pk, on=on, trigger=trigger, by=signed_in(request), at=at)


def _stored(request: HttpRequest, uploads: list[Any]) -> AbstractContextManager[list[StoredFile]]:
    return files.uploads_for_an_act(
        uploads,
        by=signed_in(request),
        at=timezone.localtime(),
        allow=EVIDENCE_KINDS,
        max_bytes=EVIDENCE_BYTES,
    )
