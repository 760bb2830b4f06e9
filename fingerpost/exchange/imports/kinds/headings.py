"""What the same thing is called in the lists of many providers."""

PERSON_NAMES = (
    "Local number", "Client number", "Child Unique ID", "pers_legacy_id", "Person", "Person ref", "Person reference",
    "Person number", "Person ID", "Client ID", "Client ref", "Unique ID", "Service user", "Service user ID", "ID",
)  # fmt: skip
FAMILY_NAMES = (
    "Family ref", "Family reference", "Family number", "Family ID", "Family code", "Household", "Household ref",
    "Household ID", "Household number",
)  # fmt: skip
CASE_NAMES = ("Case ref", "Case reference", "Case number", "Case ID", "Episode", "Episode ID", "Episode ref")
RUN_NAMES = ("Run ref", "Run reference", "Run number", "Run ID", "Course ref", "Course run", "Group ref", "Group run")
RECORDED_NAMES = ("Recorded at", "Recorded on", "Date recorded", "Entered", "Entered on", "Date entered", "Created")
WORKER_NAMES = (
    "Worker email", "Worker name", "Worker ref", "Advisor", "Adviser", "PSA", "Parent Support Advisor", "Practitioner",
    "Key worker", "Keyworker", "Case worker", "Caseworker", "Staff", "Staff member", "Staff ref", "Allocated to",
    "Lead worker",
)  # fmt: skip
DAY_NAMES = ("Day", "On")
NOTE_NAMES = ("Notes", "Comment", "Comments", "Details")
SCHOOL_NAMES = (
    "School number", "DfE number", "DfE no", "DfES number", "DCSF number", "LAESTAB", "LAEstab", "LA Estab", "LEA number",
    "School code", "School URN", "URN", "Establishment", "Establishment number", "EstablishmentNumber", "School name",
    "Establishment name", "Base school", "Current school", "School attended",
)  # fmt: skip
