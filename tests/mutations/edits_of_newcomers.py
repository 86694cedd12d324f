"""Stub."""

from .mutation import Mutation

EDITS: list[Mutation] = []
