"""What may be done, and which role may do it. A grant says where (see `models.Grant`)."""

from enum import StrEnum


class Permission(StrEnum):
    """One thing a person may do. To act on a record implies sight of it, no more."""

    VIEW_FAMILY = "view_family"
    VIEW_RESTRICTED = "view_restricted"
    VIEW_FORMER_NAMES = "view_former_names"
    MAKE_REQUEST = "make_request"
    DECIDE_REQUEST = "decide_request"
    ASSESS_FAMILY = "assess_family"
    HOLD_PLAN = "hold_plan"
    RECORD_CONTACT = "record_contact"
    ALLOCATE_CASE = "allocate_case"
    CLOSE_CASE = "close_case"
    APPROVE_DECISION = "approve_decision"
    MANAGE_WORKFORCE = "manage_workforce"
    RUN_GROUP = "run_group"
    APPROVE_PROGRAMME = "approve_programme"
    CHECK_PEOPLE = "check_people"
    RAISE_CONCERN = "raise_concern"
    DECIDE_CONCERN = "decide_concern"
    KEEP_MEETING = "keep_meeting"
    PUBLISH_INFORMATION = "publish_information"
    IMPORT_LIST = "import_list"
    GOVERN_RECORDS = "govern_records"
    AUDIT_SAMPLE = "audit_sample"
    LOG_BARRIER = "log_barrier"
    APPROVE_CASE_STUDY = "approve_case_study"
    VIEW_FIGURES = "view_figures"
    VIEW_RECORDS_COUNTED = "view_records_counted"
    PREPARE_RETURN = "prepare_return"
    AGREE_CONTRACT = "agree_contract"
    ADMINISTER_SYSTEM = "administer_system"


class Role(StrEnum):
    """A job in the field's words. Labels of a contract may rename it; the code never changes."""

    CASEWORKER = "caseworker"
    SUPERVISOR = "supervisor"
    PARENTING_COORDINATOR = "parenting_coordinator"
    REFERRER = "referrer"
    SAFEGUARDING_LEAD = "safeguarding_lead"
    SERVICE_MANAGER = "service_manager"
    QUALITY_ASSURER = "quality_assurer"
    COMMISSIONER = "commissioner"
    ADMINISTRATOR = "administrator"


P = Permission

_CASEWORKER = {
    P.VIEW_FAMILY,
    P.MAKE_REQUEST,
    P.ASSESS_FAMILY,
    P.HOLD_PLAN,
    P.RECORD_CONTACT,
    P.CLOSE_CASE,
    P.RUN_GROUP,
    P.RAISE_CONCERN,
    P.CHECK_PEOPLE,
    P.LOG_BARRIER,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.CASEWORKER: frozenset(_CASEWORKER),
    Role.SUPERVISOR: frozenset(
        _CASEWORKER
        | {
            P.DECIDE_REQUEST,
            P.ALLOCATE_CASE,
            P.APPROVE_DECISION,
            P.VIEW_FORMER_NAMES,
            P.MANAGE_WORKFORCE,
            P.KEEP_MEETING,
            P.APPROVE_CASE_STUDY,
            P.VIEW_FIGURES,
            P.VIEW_RECORDS_COUNTED,
        }
    ),
    Role.PARENTING_COORDINATOR: frozenset({P.APPROVE_PROGRAMME, P.LOG_BARRIER, P.VIEW_FIGURES}),
    Role.REFERRER: frozenset({P.MAKE_REQUEST}),
    # They write down what they are told by telephone, so they raise concerns as well.
    Role.SAFEGUARDING_LEAD: frozenset(
        {
            P.VIEW_FAMILY,
            P.VIEW_RESTRICTED,
            P.VIEW_FORMER_NAMES,
            P.RAISE_CONCERN,
            P.DECIDE_CONCERN,
            P.CHECK_PEOPLE,
            P.GOVERN_RECORDS,  # restricted families too, whose log nobody else reads
        }
    ),
    Role.SERVICE_MANAGER: frozenset(
        {
            P.VIEW_FAMILY,
            P.MANAGE_WORKFORCE,
            P.PUBLISH_INFORMATION,
            P.IMPORT_LIST,
            P.CHECK_PEOPLE,
            P.PREPARE_RETURN,
            P.APPROVE_CASE_STUDY,
            P.LOG_BARRIER,
            P.KEEP_MEETING,
            P.GOVERN_RECORDS,
            P.VIEW_FIGURES,
            P.VIEW_RECORDS_COUNTED,
            P.RUN_GROUP,
        }
    ),
    Role.QUALITY_ASSURER: frozenset({P.AUDIT_SAMPLE}),
    Role.COMMISSIONER: frozenset({P.VIEW_FIGURES, P.AGREE_CONTRACT, P.KEEP_MEETING}),
    Role.ADMINISTRATOR: frozenset({P.ADMINISTER_SYSTEM}),
}

# Those by which nobody meets a row about a person: figures, agreements, information, the system itself. A record that was drawn
# into a sample is read for its assurer, one at a time.
MEETS_NOBODY = {
    P.VIEW_FIGURES,
    P.AGREE_CONTRACT,
    P.KEEP_MEETING,
    P.LOG_BARRIER,
    P.PUBLISH_INFORMATION,
    P.APPROVE_PROGRAMME,
    P.AUDIT_SAMPLE,
    P.ADMINISTER_SYSTEM,
}
MEETS_ROWS = frozenset(Permission) - MEETS_NOBODY
