"""The shipped networks and the code that trains them.

The weights lie beside this file; `models.training` is only needed to make new ones.
"""
