"""`classpulse models train`: the networks of the field's tutorials, and their runs.

The expression network trains by `models.training.train`; `handover` brings any data to
it, and `ready` makes what it trained usable, in a process of TensorFlow's own
(`elsewhere`) where another backend trained.
"""
