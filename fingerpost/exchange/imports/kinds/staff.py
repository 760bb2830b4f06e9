"""Staff and their posts: who worked where, in which post, from when until when. A row without a name is a vacant post.

A list gives nobody access: whoever is to sign in is granted their role by an administrator.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from fingerpost.agreements.contracts.models import Agreement
from fingerpost.exchange.imports.columns import Column, Wrong, bare, day, moment, number, text
from fingerpost.exchange.imports.faults import Fault
from fingerpost.exchange.imports.kinds.base import LINE, Context, Kind, Load
from fingerpost.exchange.imports.kinds.headings import RECORDED_NAMES
from fingerpost.exchange.imports.kinds.lookups import STAFF, Areas, unknown
from fingerpost.exchange.imports.kinds.lookups import Staff as KnownStaff
from fingerpost.exchange.imports.kinds.on_record import Said, puts
from fingerpost.exchange.imports.models import Reference
from fingerpost.exchange.imports.references import folded, records_of
from fingerpost.ground.access import commands as access
from fingerpost.ground.access.models import Organisation, Team, User
from fingerpost.ground.access.scope import PLATFORM, Scope
from fingerpost.ground.places import commands as places
from fingerpost.ground.places.models import Area
from fingerpost.language.schema.workforce import EstablishmentWords
from fingerpost.people.schooling.superseding import Written
from fingerpost.work.workforce import bringing
from fingerpost.work.workforce.bringing import PostGiven
from fingerpost.work.workforce.models import Holding, Post

NEW_STAFF, NEW_TEAM, NEW_ORGANISATION = "new staff", "new team", "new organisation"
NOWHERE = "nobody.invalid"
_ADDRESS = re.compile(r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$")
MOST_HOURS = 60


def address(cell: str) -> str:
    """An e-mail address in small letters."""
    if not _ADDRESS.match(cell):
        raise Wrong(f"{cell[:60]!r} is not an e-mail address.")
    return cell.lower()


def hours(cell: str) -> Decimal:
    """Weekly hours."""
    value = number(cell)
    if not 0 < value <= MOST_HOURS:
        raise Wrong(f"{cell[:20]!r} cannot be the hours of a week.")
    return value


class Staff(Load):
    """Staff gathered by reference, address or name; each row is one post."""

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self._areas, self._known = Areas(context), KnownStaff(context)
        self._rows: list[dict[str, Any]] = []
        self._seen: dict[tuple[Any, ...], int] = {}
        self._teams: dict[str, Team] = {}
        self._known_posts: set[int] = set()  # by line
        self._numbers: dict[uuid.UUID, list[str]] = defaultdict(list)

    @cached_property
    def _roles(self) -> dict[str, tuple[str, EstablishmentWords]]:
        """Funded roles of the contract, by code and label."""
        workforce = self.context.rules.contract.workforce
        posts = workforce.establishment if workforce else {}
        return {bare(word): (code, words) for code, words in posts.items() for word in (code, words.label)}

    def take(self, rows: list[dict[str, Any]]) -> Iterator[Fault]:
        self._known.look_up(row.get("ref") for row in rows)
        for row in rows:
            yield from self._one(row)

    def _one(self, row: dict[str, Any]) -> Iterable[Fault]:
        line = row[LINE]
        if row.get("locality") and self._areas.get(row["locality"]) is None:
            return [unknown(line, "Locality", "The area", row["locality"])]
        if row.get("until") and row.get("since") and row["until"] < row["since"]:
            return [Fault(line, "Until", "The post ended before it began. Check the days.")]
        if not row.get("name") and not row.get("role"):
            return [Fault(line, "Name", "Name is empty, and so is the post. Fill in one of them.")]
        key = (self._word(row), bare(row.get("role") or ""), row.get("since"))
        if row.get("name") and self._seen.setdefault(key, line) != line:
            return [Fault(line, "", f"This person is in the file already, on line {self._seen[key]}. Keep one row.")]
        whole = self._full_time(row)
        if bare(row.get("role") or "") in self._roles and not whole:
            message = "The contract does not say how long a full-time week is. Enter full-time hours."
            return [Fault(line, "Full-time hours", message)]
        self._rows.append(row)
        if whole and row.get("hours") and row.get("share") and round(row["hours"], 1) != round(whole * row["share"], 1):
            message = "The hours are another share of full-time hours. The hours were taken. Put one of the two right."
            return [Fault(line, "Full-time equivalent", message, "warning")]
        if row.get("role") and bare(row["role"]) not in self._roles:
            message = (
                f"{row['role'][:40]!r} is not a post that the contract funds. It is kept as their job title alone."
            )
            return [Fault(line, "Role", message, "warning")]
        return ()

    def finish(self) -> Iterator[Fault]:
        """What the list says otherwise of people and posts that are on record. Five queries."""
        known = {row[LINE]: user for row in self._rows if (user := self._user(row))}
        people = User.objects.in_bulk(list(known.values()))
        references = Reference.objects.filter(service=self.context.service, kind=STAFF, record__in=people)
        for person, ref in references.order_by("id").values_list("record", "written"):
            self._numbers[person].append(ref)
        posts = list(Post.objects.filter(service=self.context.service).select_related("team", "area"))
        holdings = list(Holding.objects.filter(post__in=posts))
        held = {(one.user_id, one.post_id): one for one in holdings}
        of_post = {one.post_id for one in holdings}
        by_id = {post.pk: post for post in posts}
        by_key = {(one.user_id, by_id[one.post_id].role, one.since): by_id[one.post_id] for one in holdings}
        vacant = [post for post in posts if post.pk not in of_post]
        for row in self._rows:
            user = known.get(row[LINE])
            if user:
                self._compare_person(row, people[user])
            role = self._roles.get(bare(row.get("role") or ""))
            if role is None:
                continue
            if user:
                post = by_key.get((user, role[0], self._since(row)))
            else:
                post = None if row.get("name") else self._vacancy(row, role[0], vacant)
            if post:
                self._compare_post(row, post, held.get((user, post.pk)) if user else None)
                self._known_posts.add(row[LINE])
        yield from super().finish()

    def _user(self, row: dict[str, Any]) -> uuid.UUID | None:
        """The member of staff on record whom a row names."""
        if not row.get("name"):
            return None
        return self._known.get(row.get("ref")) or self._known.get(row.get("email") or row["name"])

    def _vacancy(self, row: dict[str, Any], role: str, vacant: list[Post]) -> Post | None:
        """A post on record that nobody holds, of that role and area since that day: each stands for one row."""
        area = self._areas.get(row.get("locality"))
        for post in vacant:
            if (post.role, post.since) == (role, self._since(row)) and area in (None, post.area_id):
                vacant.remove(post)
                return post
        return None

    def _compare_person(self, row: dict[str, Any], user: User) -> None:
        said = [Said("Name", row["name"], user.name), Said("E-mail", row.get("email"), user.email)]
        if row.get("ref") and (numbers := self._numbers.get(user.pk)):
            said.append(
                Said("Staff number", folded(row["ref"]) in map(folded, numbers), True, words=(numbers[0], row["ref"]))
            )
        if row.get("role") and bare(row["role"]) not in self._roles:
            said.append(Said("Role", row["role"], user.job_title))
        self.on_record.compare(row[LINE], "This person", user, said)

    def _compare_post(self, row: dict[str, Any], post: Post, holding: Holding | None) -> None:
        area, team = self._areas.get(row.get("locality")), row.get("team")
        whole = row.get("full_time_hours") or post.full_time_hours
        share = round(whole * row["share"], 1) if row.get("share") else None
        worked = min(round(row["hours"], 1), whole) if row.get("hours") else share
        areas = (post.area.name if post.area else "", row.get("locality") or "")
        teams = (post.team.name if post.team else "", team or "")
        said = [
            puts("Hours", worked, post, "hours"),
            puts("Full-time hours", row.get("full_time_hours"), post, "full_time_hours"),
            Said("Locality", area, post.area_id, {"area_id": area}, ("area_id",), areas),
            Said(
                "Team", team and team.casefold(), teams[0].casefold(), partial(self._team_put, row), ("team_id",), teams
            ),
        ]
        if holding is None:
            said.append(puts("Until", row.get("until"), post, "until"))
            if row.get("ref"):
                said.append(puts("Staff number", row["ref"], post, "batch_ref"))
        else:
            self.on_record.compare(row[LINE], "This post", holding, [puts("Until", row.get("until"), holding, "until")])
        known = row.get("recorded") and self.context.recorded(post.since, row["recorded"])
        self.on_record.compare(row[LINE], "This post", post, [*said, Said("Recorded", known, post.recorded_at)])

    def _team_put(self, row: dict[str, Any]) -> dict[str, Any]:
        team = self._team(row)
        return {"team_id": team.pk if team else None}

    def _since(self, row: dict[str, Any]) -> date:
        since: date = row.get("since") or self.context.rules.contract.agreement.start
        return since

    @staticmethod
    def _word(row: dict[str, Any]) -> str:
        """By what a person is known among the rows."""
        return folded(row.get("ref") or row.get("email") or row.get("name") or "")

    def write(self) -> Written:
        context, references = self.context, self.context.references
        people: dict[str, uuid.UUID] = {}
        new: dict[str, uuid.UUID] = {}
        for row in self._rows:
            if row.get("name") and (word := self._word(row)) not in people:
                known = self._user(row)
                people[word] = known or self._write_down(row)
                new |= {} if known else {str(people[word]): people[word]}
        references.add(NEW_STAFF, new)
        references.add(
            STAFF, {row["ref"]: people[self._word(row)] for row in self._rows if row.get("ref") and row.get("name")}
        )
        given = [
            post
            for row in self._rows
            if row[LINE] not in self._known_posts and (post := self._post(row, people.get(self._word(row))))
        ]
        posts = bringing.bring_in_posts(
            context.actor, context.scope, service=context.service, posts=given, batch=context.batch, at=context.at
        )
        changed, added = self.on_record.write(), max(posts, len(new))
        return Written(added=added, changed=changed, unchanged=max(0, len(self._rows) - added - changed))

    def _write_down(self, row: dict[str, Any]) -> uuid.UUID:
        context = self.context
        made_up = f"{re.sub(r'[^a-z0-9]+', '.', folded(row.get('ref') or row['name'])).strip('.')}.{context.service}@{NOWHERE}"
        person = bringing.bring_in_person(
            context.actor, context.scope, email=row.get("email") or made_up, name=row["name"],
            job_title=self._title(row), organisation=self._organisation, at=context.at,
        )  # fmt: skip
        return person.pk

    def _title(self, row: dict[str, Any]) -> str:
        """Their job as the contract calls it, or as the list does."""
        word = row.get("role") or ""
        _, words = self._roles.get(bare(word), (word, None))
        return words.label if words else word

    def _post(self, row: dict[str, Any], user: uuid.UUID | None) -> PostGiven | None:
        known = self._roles.get(bare(row.get("role") or ""))
        if known is None:
            return None
        role, _ = known
        whole = self._full_time(row) or Decimal(0)  # known: a row without was refused
        worked = row.get("hours") or (whole * row["share"] if row.get("share") else whole)
        since = self._since(row)
        team = self._team(row)
        return PostGiven(
            role=role,
            hours=min(round(worked, 1), whole),
            full_time_hours=whole,
            since=since,
            until=row.get("until"),
            recorded_at=self.context.recorded(since, row.get("recorded")),
            user_id=user,
            team_id=team.pk if team else None,
            area=self._areas.get(row.get("locality")),
            ref=row.get("ref") or "",
        )

    def _full_time(self, row: dict[str, Any]) -> Decimal | None:
        """Hours of a full-time week in the post of a row: as the row says, else as the contract does. None where neither does."""
        _, words = self._roles.get(bare(row.get("role") or ""), ("", None))
        by_contract = words.full_time_hours if words else None
        return row.get("full_time_hours") or (Decimal(by_contract) if by_contract else None)

    def _team(self, row: dict[str, Any]) -> Team | None:
        """The team named, formed where it is new: it then works the area that bears its name, or the row's."""
        name = row.get("team")
        if not name:
            return None
        if name not in self._teams:
            context = self.context
            standing = Team.objects.filter(service=context.service, name__iexact=name).first()
            self._teams[name] = standing or self._form(name, row)
        return self._teams[name]

    def _form(self, name: str, row: dict[str, Any]) -> Team:
        context = self.context
        key = re.sub(r"[^a-z0-9]+", "_", folded(name)).strip("_")[:80] or "team"
        standing = Team.objects.filter(service=context.service, key=key).first()
        if standing:
            return standing
        team = access.form_team(
            context.actor, PLATFORM, organisation=self._organisation, service=context.service, key=key, name=name,
            at=context.at,
        )  # fmt: skip
        context.references.add(NEW_TEAM, {str(team.pk): team.pk})
        area = self._areas.get(re.sub(r"(?i)\s+team$", "", name)) or self._areas.get(row.get("locality"))
        if area:
            scope = Scope.of(service=context.service, team=team.pk)
            start = context.rules.contract.agreement.start
            places.assign_patch(
                context.actor, scope, team=team, area=Area.objects.get(pk=area), since=start, at=context.at
            )
        return team

    @cached_property
    def _organisation(self) -> Organisation:
        """Who provides the service: as the agreement says, else an organisation of its name."""
        context = self.context
        agreement = Agreement.objects.select_related("provider").get(key=context.service)
        if agreement.provider:
            return agreement.provider
        teams = Team.objects.filter(service=context.service).select_related("organisation").first()
        if teams:
            return teams.organisation
        name = f"Provider of {agreement.title}"[:200]
        key = f"provider_{context.service}"[:80]
        standing = Organisation.objects.filter(key=key).first()
        if standing:
            return standing
        made = access.add_organisation(context.actor, PLATFORM, key=key, name=name, kind="provider", at=context.at)
        context.references.add(NEW_ORGANISATION, {str(made.pk): made.pk})
        return made


class StaffList(Kind):
    name = "staff"
    title = "Staff and posts"
    turn = 12
    file_names = ("staff", "workers", "workforce", "posts")
    columns = (
        Column(
            "ref",
            "Staff number",
            text(60),
            (
                "Staff ref",
                "Staff reference",
                "Staff ID",
                "Worker ref",
                "Worker ID",
                "Payroll number",
                "Ref",
                "Reference",
            ),
        ),
        Column("name", "Name", text(200), ("Full name", "Worker", "Staff name", "Worker name", "Staff member")),
        Column("email", "E-mail", address, ("Email address", "Work email", "Mail")),
        Column("role", "Role", text(120), ("Job title", "Post", "Job", "Position", "Post title")),
        Column("team", "Team", text(120), ("Team name",)),
        Column("locality", "Locality", text(120), ("Area", "Patch", "Base", "Quadrant", "Cluster")),
        Column("hours", "Hours", hours, ("Weekly hours", "Contracted hours", "Hours a week", "Hours per week")),
        Column("full_time_hours", "Full-time hours", hours, ("Full time hours a week",)),
        Column("share", "Full-time equivalent", number, ("Full-time equivalents", "Whole-time equivalent", "WTE")),
        Column("since", "Since", day, ("Started", "Start date", "Start", "From", "In post since")),
        Column("until", "Until", day, ("Left", "End date", "End", "To", "Last day"), may_lie_ahead=True),
        Column("recorded", "Recorded", moment, RECORDED_NAMES),
    )
    layouts = (frozenset({"name", "role"}), frozenset({"name", "email"}))
    load = Staff

    @classmethod
    def undo(cls, context: Context) -> int:
        taken = bringing.take_out(context.actor, context.scope, batch=context.batch, at=context.at)
        people = records_of(context.batch, NEW_STAFF)
        taken += bringing.take_out_people(context.actor, context.scope, people=people, at=context.at)
        bringing.take_out_teams(
            context.actor,
            context.scope,
            teams=records_of(context.batch, NEW_TEAM),
            organisations=records_of(context.batch, NEW_ORGANISATION),
            at=context.at,
        )
        return taken
