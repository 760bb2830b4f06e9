"""What a person's job is called: by their own title, else by the contract's word for the role in which they work first."""

from fingerpost.ground.access.actor import Actor
from fingerpost.ground.access.models import User


def job_of(user: User, actor: Actor) -> str:
    """The title to show beside a name; empty for somebody without one, and without a role."""
    return user.job_title or next((held.label for held in actor.held if held.service == actor.service), "")
