"""What is lost between a student's face in a call and the answer about it.

Labelled faces are set into the picture of a call (`scene`), found there, cut out and
read by the very code that the agent runs, and the outcome of each is told (`walk`).
"""
