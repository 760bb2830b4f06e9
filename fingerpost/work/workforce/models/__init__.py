"""Staff: posts and who holds them, absence and cover, supervision and reviews, and the plan by which the service is to last."""

from fingerpost.work.workforce.models.absence import Absence, Cover, Minimum
from fingerpost.work.workforce.models.posts import Holding, Post
from fingerpost.work.workforce.models.remodelling import PlanAction, PostChange
from fingerpost.work.workforce.models.supervision import PerformanceReview, Supervision, SupervisionAction

__all__ = [
    "Absence",
    "Cover",
    "Holding",
    "Minimum",
    "PerformanceReview",
    "PlanAction",
    "Post",
    "PostChange",
    "Supervision",
    "SupervisionAction",
]
