"""What ``run.py`` is made of, and commands for those who develop.

``run.py`` and whatever it imports from here use the standard library only, so that they run before anything is
installed. ``elasticsearch.node`` and ``translations`` are started as modules, with the interpreter of ``.venv``.
"""
