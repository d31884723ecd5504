"""`classpulse models train`: the networks of the field's tutorials, and their runs.

The expression network trains by `models.training.train`; `handover` brings any data to
it.
"""
