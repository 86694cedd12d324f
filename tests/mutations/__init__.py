"""Mistakes that people make when they edit a generated project; its own tests must catch every one.

`python -m tests.mutations` tries them all.
"""
