"""The shape of every contract file, as pydantic models that refuse unknown words."""

from fingerpost.language.schema.agreement import AgreementWords, AreaWords, ClauseWords, ContactWords
from fingerpost.language.schema.clocks import ClockWords
from fingerpost.language.schema.eligibility import DecisionWords
from fingerpost.language.schema.examples import ExampleWords, ReadingWords
from fingerpost.language.schema.indicators import IndicatorWords
from fingerpost.language.schema.instruments import InstrumentWords
from fingerpost.language.schema.pathway import PathwayWords
from fingerpost.language.schema.registers import KindSpec
from fingerpost.language.schema.returns import ReturnsWords
from fingerpost.language.schema.roles import RoleWords
from fingerpost.language.schema.schedules import ScheduleKind, ScheduleWords
from fingerpost.language.schema.workforce import OfferWords, WorkforceWords

__all__ = [
    "AgreementWords",
    "AreaWords",
    "ClauseWords",
    "ClockWords",
    "ContactWords",
    "DecisionWords",
    "ExampleWords",
    "IndicatorWords",
    "InstrumentWords",
    "KindSpec",
    "OfferWords",
    "PathwayWords",
    "ReadingWords",
    "ReturnsWords",
    "RoleWords",
    "ScheduleKind",
    "ScheduleWords",
    "WorkforceWords",
]
