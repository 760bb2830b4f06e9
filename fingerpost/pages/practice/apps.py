from django.apps import AppConfig


class Practice(AppConfig):
    name = "fingerpost.pages.practice"
    label = "practice_pages"

    def ready(self) -> None:
        from fingerpost.ground.access.permissions import Permission
        from fingerpost.pages.kit import navigation, statuses

        register = navigation.register
        families, groups, team, quality = "Families", "Groups", "Team", "Quality"
        register("My work", "practice:my_work", Permission.RECORD_CONTACT, order=10, section="My work")
        register("Policies", "practice:policies", Permission.RECORD_CONTACT, order=11, section="My work")
        of_a_family = ("/families", "/people", "/raise-concern")
        register("Cases", "practice:cases", Permission.VIEW_FAMILY, order=20, section=families, also=of_a_family)
        register("Waiting list", "practice:requests", Permission.RECORD_CONTACT, order=21, section=families)
        register("People to check", "practice:people_to_check", Permission.CHECK_PEOPLE, order=24, section=families)
        register("Find a person", "practice:find", Permission.VIEW_FAMILY, order=22, section=families)
        register("Safeguarding", "practice:concerns", Permission.RAISE_CONCERN, order=23, section=families)
        register("To agree", "practice:to_agree", Permission.APPROVE_PROGRAMME, order=30, section=groups)
        register("Groups", "practice:groups", Permission.RUN_GROUP, order=31, section=groups)
        register("Coverage", "practice:coverage", Permission.RUN_GROUP, order=32, section=groups)
        register("Gaps", "practice:gaps", Permission.RUN_GROUP, order=33, section=groups)
        register("Needs", "practice:needs", Permission.RUN_GROUP, order=34, section=groups)
        register("Directory", "practice:directory", Permission.RUN_GROUP, order=35, section=groups)
        register("Team", "practice:team", Permission.ALLOCATE_CASE, order=40, section=team)
        register("Staff", "practice:staff", Permission.MANAGE_WORKFORCE, order=41, section=team)
        register("Absence", "practice:absences", Permission.MANAGE_WORKFORCE, order=42, section=team)
        register("Supervision", "practice:supervision", Permission.MANAGE_WORKFORCE, order=43, section=team)
        register("Areas", "practice:staff_areas", Permission.MANAGE_WORKFORCE, order=44, section=team)
        register("Posts", "practice:posts", Permission.MANAGE_WORKFORCE, order=45, section=team)
        register("Figures by worker", "practice:staff_figures", Permission.MANAGE_WORKFORCE, order=46, section=team)
        register("Feedback", "practice:feedback", Permission.VIEW_FAMILY, order=50, section=quality)
        register("Participation", "practice:says", Permission.VIEW_FAMILY, order=51, section=quality)
        register("Case studies", "practice:case_studies", Permission.VIEW_FAMILY, order=52, section=quality)
        register("Barriers", "practice:barriers", Permission.LOG_BARRIER, order=53, section=quality)

        statuses.register("planned", "Not open for booking yet", statuses.GREY)
        statuses.register("advertised", "Open for booking", statuses.GREEN)
        statuses.register("running", "Running", statuses.BLUE)
        statuses.register("ended", "Ended", statuses.GREY)
        statuses.register("cancelled", "Cancelled", statuses.RED)
