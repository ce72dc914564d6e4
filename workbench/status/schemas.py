"""What the interface takes and gives about the public status."""

from pydantic import BaseModel, ConfigDict


class PublicStatusIn(BaseModel):
    """Whether everybody may see the status."""

    model_config = ConfigDict(extra="forbid")

    shown: bool


class PublicStatusOut(BaseModel):
    """Whether everybody sees the status, and at which path."""

    shown: bool
    path: str
