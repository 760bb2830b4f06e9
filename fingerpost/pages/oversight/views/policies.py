"""The register of policies: each with its version in force, and who has not read it yet."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from markupsafe import Markup

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.agreements.contracts.queries import rules
from fingerpost.agreements.requirements import commands, queries
from fingerpost.agreements.requirements.models import Policy
from fingerpost.ground.access.command import Refused
from fingerpost.ground.access.models import User
from fingerpost.ground.access.page import PageRequest, page
from fingerpost.ground.access.permissions import Permission
from fingerpost.pages.kit import fields
from fingerpost.pages.kit.asking import at_noon
from fingerpost.pages.kit.forms import KitForm
from fingerpost.pages.kit.jinja import link_to
from fingerpost.pages.kit.lists import Choice, Column, List
from fingerpost.pages.kit.once import once
from fingerpost.pages.kit.pieces import status_tag, with_tag
from fingerpost.pages.kit.shortcuts import done, plain_form, refused, render
from fingerpost.pages.kit.words import date as date_in_words
from fingerpost.pages.oversight.reach import agreement_or_404, today_of
from fingerpost.work.workforce.queries import Member, staff


def _staff(request: PageRequest, agreement: Agreement) -> list[Member]:
    day = max(today_of(request, agreement), agreement.starts_on)
    return staff(rules(agreement.key, day), day)


@page(allow=Permission.PUBLISH_INFORMATION)
def policies(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.PUBLISH_INFORMATION)
    people = _staff(request, agreement)
    rows = queries.register(service, today_of(request, agreement), [one.user_id for one in people])
    waiting = Policy.objects.filter(service=service, withdrawn_on=None).exclude(
        pk__in=[one.issue.policy_id for one in rows]
    )
    listed = _list(service).of(request, rows)
    context = {"agreement": agreement, "listed": listed, "waiting": list(waiting.order_by("title"))}
    return listed.file or render(request, "oversight/policies.html", context)


def _list(service: str) -> List:
    def named(row: queries.Registered) -> Markup:
        return link_to(row.issue.policy.title, "oversight:policy", service, row.issue.policy_id)

    def review(row: queries.Registered) -> Markup | str:
        day = date_in_words(row.issue.review_on)
        return with_tag(day, status_tag("overdue")) if row.is_review_overdue else day

    return List(
        columns=[
            Column("Policy", lambda row: row.issue.policy.title, named, sort=True),
            Column("Owner", lambda row: row.issue.policy.owner, sort=True, phone="no"),
            Column("Version", lambda row: row.issue.version),
            Column("Issued", lambda row: row.issue.issued_on, sort=True),
            Column("Review due", lambda row: row.issue.review_on, review, sort=True),
            Column("Read by", lambda row: row.words, sort=lambda row: row.acknowledged),
        ],
        one="policy",
        many="policies",
        filters=[
            Choice(
                "review",
                "Review",
                [("overdue", "Overdue")],
                lambda rows, _: [row for row in rows if row.is_review_overdue],
            )
        ],
        search=True,
        empty="No policy is in force yet.",
    )


def policy_or_404(request: PageRequest, service: str, policy: UUID) -> tuple[Agreement, Policy]:
    """The agreement and its policy, if they publish for the service. Raises Http404."""
    agreement = agreement_or_404(request, service, Permission.PUBLISH_INFORMATION)
    try:
        return agreement, queries.policy(service, policy)
    except Policy.DoesNotExist as absent:
        raise Http404 from absent


@page(allow=Permission.PUBLISH_INFORMATION)
def policy(request: PageRequest, service: str, policy: UUID) -> HttpResponse:
    agreement, found = policy_or_404(request, service, policy)
    today = today_of(request, agreement)
    issues = queries.issues_of(found)
    current = next((one for one in issues if one.issued_on <= today), None)
    people = _staff(request, agreement)
    read = queries.who_read(current) if current else set()
    context = {
        "agreement": agreement,
        "policy": found,
        "issues": issues,
        "current": current,
        "asked": len(people),
        "have": [one for one in people if one.user_id in read],
        "others": [one for one in people if one.user_id not in read],
        "today": today,
    }
    return render(request, "oversight/policy.html", context)


class PolicyForm(KitForm):
    title = fields.Text("What is the policy called?", longest=200, missing="Enter what the policy is called")
    owner = fields.Text("Who owns it?", hint="A job or a body", longest=200, missing="Enter who owns the policy")


@page(allow=Permission.PUBLISH_INFORMATION)
@once
def policy_new(request: PageRequest, service: str) -> HttpResponse:
    agreement = agreement_or_404(request, service, Permission.PUBLISH_INFORMATION)
    form = PolicyForm(request.POST or None)
    if form.is_valid():
        try:
            made = commands.keep_policy(
                request.actor, agreement.scope, service=service, **form.cleaned_data, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:policy_issue", service, made.pk, said="Now enter its first version.")
    back = reverse("oversight:policies", args=[service])
    context = {"form": form, "title": "Add a policy", "submit": "Continue", "caption": agreement.title}
    return plain_form(request, context, back=back, back_text="Policies")


class IssueForm(KitForm):
    version = fields.Text(
        "Which version?", hint="For example, 2", longest=20, width=5, missing="Enter which version it is"
    )
    issued_on = fields.Date("From which day is it in force?", missing="Enter the day from which it is in force")
    review_on = fields.Date("When will it be reviewed?", missing="Enter the day of its review")
    changes = fields.LongText("What is new in it?", required=False, longest=2000, missing="Enter what is new in it")
    text = fields.LongText(
        "What does it say?", required=False, longest=20000, rows=12, missing="Enter what the policy says"
    )
    kept_at = fields.Text(
        "Where is the whole document kept?",
        hint="A web address",
        required=False,
        longest=500,
        missing="Enter where the whole document is kept",
    )

    def clean_kept_at(self) -> str:
        """Only an address of the web is made a link."""
        given: str = self.cleaned_data["kept_at"]
        if given and not given.startswith(("https://", "http://")):
            self.add_error("kept_at", "Enter an address that begins with https://")
        return given


@page(allow=Permission.PUBLISH_INFORMATION)
@once
def policy_issue(request: PageRequest, service: str, policy: UUID) -> HttpResponse:
    agreement, found = policy_or_404(request, service, policy)
    form = IssueForm(request.POST or None, initial={"issued_on": today_of(request, agreement)})
    if form.is_valid():
        try:
            commands.issue_policy(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:policy", service, policy, said="Staff are now asked to read it.")
    return _policy_form(request, found, form, "Issue a version", "Issue")


class SignedForm(KitForm):
    users = fields.Checkboxes("Who has signed?", missing="Choose who has signed")
    on = fields.Date("On which day?", hint="The day on the list", missing="Enter the day on which they signed")


@page(allow=Permission.PUBLISH_INFORMATION)
@once
def policy_signed(request: PageRequest, service: str, policy: UUID) -> HttpResponse:
    """Those who signed a list on paper that they have read the version in force."""
    agreement, found = policy_or_404(request, service, policy)
    today = today_of(request, agreement)
    current = next((one for one in queries.issues_of(found) if one.issued_on <= today), None)
    if current is None or found.withdrawn_on:
        raise Http404
    read = queries.who_read(current)
    people = {str(one.user_id): one.name for one in _staff(request, agreement) if one.user_id not in read}
    form = SignedForm(request.POST or None, initial={"on": today})
    form.fields["users"].offer(people.items())  # type: ignore[attr-defined]
    form.fields["on"].bounds(earliest=current.issued_on, latest=today)  # type: ignore[attr-defined]
    if form.is_valid():
        signed = User.objects.filter(pk__in=form.cleaned_data["users"])
        moment = min(request.at, at_noon(form.cleaned_data["on"]))
        try:
            made = commands.enter_acknowledgements(
                request.actor, agreement.scope, issue=current, users=signed, acknowledged_at=moment, at=request.at
            )
        except Refused as refusal:
            refused(form, refusal, acknowledged_at="on")
        else:
            said = f"Recorded: {len(made)} {'has' if len(made) == 1 else 'have'} read version {current.version}."
            return done(request, "oversight:policy", service, policy, said=said)
    return _policy_form(request, found, form, f"Record who signed for version {current.version}", "Save")


class WithdrawForm(KitForm):
    on = fields.Date("From which day?", missing="Enter the day it is withdrawn")
    reason = fields.Text("Why?", longest=300, missing="Enter why it is withdrawn")


@page(allow=Permission.PUBLISH_INFORMATION)
@once
def policy_withdraw(request: PageRequest, service: str, policy: UUID) -> HttpResponse:
    agreement, found = policy_or_404(request, service, policy)
    form = WithdrawForm(request.POST or None, initial={"on": today_of(request, agreement)})
    if form.is_valid():
        try:
            commands.withdraw_policy(request.actor, found, **form.cleaned_data, at=request.at)
        except Refused as refusal:
            refused(form, refusal)
        else:
            return done(request, "oversight:policies", service, said="The policy has been withdrawn.")
    return _policy_form(request, found, form, "Withdraw the policy", "Withdraw")


def _policy_form(request: PageRequest, found: Policy, form: KitForm, title: str, submit: str) -> HttpResponse:
    back = reverse("oversight:policy", args=[found.service, found.pk])
    context = {"form": form, "title": title, "submit": submit, "caption": found.title}
    return plain_form(request, context, back=back, back_text="The policy")
