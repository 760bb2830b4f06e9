from typing import Any

from django.apps import AppConfig


class Practice(AppConfig):
    name = "fingerpost.pages.practice"
    label = "practice_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation, statuses

        def works_here(request: Any) -> bool:
            """Whoever works with families or manages those who do; others come to records from the contract's page."""
            return bool(request.actor.has(Permission.RECORD_CONTACT) or request.actor.has(Permission.PREPARE_RETURN))

        register = navigation.register
        families, groups, team, quality = "Families", "Groups", "Team", "Quality"
        register(
            "My work",
            "practice:my_work",
            Permission.RECORD_CONTACT,
            order=10,
            section="My work",
            says="What you have to do today, and what is late. Start here each day.",
        )
        register(
            "Policies",
            "practice:policies",
            Permission.RECORD_CONTACT,
            order=11,
            section="My work",
            says="The rules that staff work by. Read each one and say that you have read it.",
        )
        of_a_family = ("/families", "/people", "/raise-concern")
        register(
            "Cases",
            "practice:cases",
            Permission.VIEW_FAMILY,
            order=20,
            section=families,
            also=of_a_family,
            says="The families you work with now. Open a case to write down a visit or a call.",
        )
        register(
            "Waiting list",
            "practice:requests",
            Permission.RECORD_CONTACT,
            order=21,
            section=families,
            says="Families who asked for help and wait for an answer.",
        )
        register(
            "People to check",
            "practice:people_to_check",
            Permission.CHECK_PEOPLE,
            order=24,
            section=families,
            says="People who may be in here twice. Say if they are the same.",
        )
        register(
            "Find a person",
            "practice:find",
            Permission.VIEW_FAMILY,
            order=22,
            section=families,
            says="Look for a person by name, postcode, date of birth or number.",
        )
        register(
            "Safeguarding",
            "practice:concerns",
            Permission.RAISE_CONCERN,
            order=23,
            section=families,
            says="Worries about a child’s safety, and what was done about each.",
        )
        register(
            "To agree",
            "practice:to_agree",
            Permission.APPROVE_PROGRAMME,
            order=30,
            section=groups,
            says="Groups that wait for you to agree to them.",
        )
        register(
            "Groups",
            "practice:groups",
            Permission.RUN_GROUP,
            order=31,
            section=groups,
            says="Courses, workshops and drop-ins. Book places here and mark who came.",
        )
        register(
            "Coverage",
            "practice:coverage",
            Permission.RUN_GROUP,
            order=32,
            section=groups,
            says="Which groups run in which area this term.",
        )
        register(
            "Gaps",
            "practice:gaps",
            Permission.RUN_GROUP,
            order=33,
            section=groups,
            says="Areas with no group of a kind. Use it when you plan the next term.",
        )
        register(
            "Needs",
            "practice:needs",
            Permission.RUN_GROUP,
            order=34,
            section=groups,
            says="What families in an area say they need.",
        )
        register(
            "Directory",
            "practice:directory",
            Permission.RUN_GROUP,
            order=35,
            section=groups,
            says="Other services near by that you can tell families about.",
        )
        register(
            "Team",
            "practice:team",
            Permission.ALLOCATE_CASE,
            order=40,
            section=team,
            says="How many cases each worker has, and who is new and waits.",
        )
        register(
            "Staff",
            "practice:staff",
            Permission.MANAGE_WORKFORCE,
            order=41,
            section=team,
            says="Everybody who works here, with their hours and their area.",
        )
        register(
            "Absence",
            "practice:absences",
            Permission.MANAGE_WORKFORCE,
            order=42,
            section=team,
            says="Who is away, and who stands in for them.",
        )
        register(
            "Supervision",
            "practice:supervision",
            Permission.MANAGE_WORKFORCE,
            order=43,
            section=team,
            says="Who is due to be met, and what you agreed when you met.",
        )
        register(
            "Areas",
            "practice:staff_areas",
            Permission.MANAGE_WORKFORCE,
            order=44,
            section=team,
            says="How many staff each area has, and the least it must have.",
        )
        register(
            "Posts",
            "practice:posts",
            Permission.MANAGE_WORKFORCE,
            order=45,
            section=team,
            says="The posts of the service. Fill a post or close it here.",
        )
        register(
            "Figures by worker",
            "practice:staff_figures",
            Permission.MANAGE_WORKFORCE,
            order=46,
            section=team,
            says="What each worker did over a time, in numbers.",
        )
        register(
            "Records",
            "practice:registers",
            Permission.KEEP_RECORD,
            order=49,
            section=quality,
            also=("/entries",),
            when=works_here,
            says="What this service keeps because its contract asks for it, such as complaints.",
        )
        register(
            "Feedback",
            "practice:feedback",
            Permission.VIEW_FAMILY,
            order=50,
            section=quality,
            says="What parents and children said about the help they had.",
        )
        register(
            "Participation",
            "practice:says",
            Permission.VIEW_FAMILY,
            order=51,
            section=quality,
            says="Times when families had a part in how the service runs, and what changed.",
        )
        register(
            "Case studies",
            "practice:case_studies",
            Permission.VIEW_FAMILY,
            order=52,
            section=quality,
            says="Stories of how help worked, for the report to the council.",
        )
        register(
            "Barriers",
            "practice:barriers",
            Permission.LOG_BARRIER,
            order=53,
            section=quality,
            says="Things that get in the way of the work, and what is done about them.",
        )

        navigation.register_search("Find a person", "practice:find", Permission.VIEW_FAMILY, field="words")

        statuses.register("planned", "Not open for booking yet", statuses.GREY)
        statuses.register("advertised", "Open for booking", statuses.GREEN)
        statuses.register("running", "Running", statuses.BLUE)
        statuses.register("ended", "Ended", statuses.GREY)
        statuses.register("cancelled", "Cancelled", statuses.RED)
