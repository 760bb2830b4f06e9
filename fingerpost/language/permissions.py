"""What a person may be allowed to do: the words that a role's `can` is made of."""

from collections.abc import Mapping
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
    KEEP_RECORD = "keep_record"
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


# Those by which nobody meets a row about a person: figures, agreements, information, the system itself. A record that was drawn
# into a sample is read for its assurer, one at a time.
MEETS_NOBODY = frozenset(
    {
        Permission.VIEW_FIGURES,
        Permission.AGREE_CONTRACT,
        Permission.KEEP_MEETING,
        Permission.KEEP_RECORD,  # which of them whom the contract lets see, each record says itself
        Permission.LOG_BARRIER,
        Permission.PUBLISH_INFORMATION,
        Permission.APPROVE_PROGRAMME,
        Permission.AUDIT_SAMPLE,
        Permission.ADMINISTER_SYSTEM,
    }
)
MEETS_ROWS = frozenset(Permission) - MEETS_NOBODY

MEANINGS: Mapping[Permission, str] = {
    Permission.VIEW_FAMILY: "see families and their records",
    Permission.VIEW_RESTRICTED: "see families who are restricted",
    Permission.VIEW_FORMER_NAMES: "see names that somebody has left behind",
    Permission.MAKE_REQUEST: "refer a family",
    Permission.DECIDE_REQUEST: "decide on referrals",
    Permission.ASSESS_FAMILY: "write assessments",
    Permission.HOLD_PLAN: "keep a family's plan",
    Permission.RECORD_CONTACT: "write down visits and calls",
    Permission.KEEP_RECORD: "write the records that the contract asks for of their role",
    Permission.ALLOCATE_CASE: "give families to workers",
    Permission.CLOSE_CASE: "close cases",
    Permission.APPROVE_DECISION: "agree what needs a second person",
    Permission.MANAGE_WORKFORCE: "keep posts, absences and supervision",
    Permission.RUN_GROUP: "run groups and courses",
    Permission.APPROVE_PROGRAMME: "agree courses before they are advertised",
    Permission.CHECK_PEOPLE: "say whether two records are one person",
    Permission.RAISE_CONCERN: "raise a concern about a child or an adult",
    Permission.DECIDE_CONCERN: "decide on concerns",
    Permission.KEEP_MEETING: "keep meetings and what was agreed",
    Permission.PUBLISH_INFORMATION: "keep the directory and what is published",
    Permission.IMPORT_LIST: "load lists",
    Permission.GOVERN_RECORDS: "see who looked at whose record",
    Permission.AUDIT_SAMPLE: "read and grade samples",
    Permission.LOG_BARRIER: "write down what stands in the way",
    Permission.APPROVE_CASE_STUDY: "approve stories for a return",
    Permission.VIEW_FIGURES: "see figures",
    Permission.VIEW_RECORDS_COUNTED: "see the records behind figures",
    Permission.PREPARE_RETURN: "prepare and send returns",
    Permission.AGREE_CONTRACT: "agree how unclear clauses are read",
    Permission.ADMINISTER_SYSTEM: "add people and say what they may do",
}
"""What each permission lets somebody do, in the words of pages and of the reference."""
