"""The steps of an order's life, one module a phase; ``workorders.flows`` puts lives together from them. Pure.

A step is a function that returns an ``Action`` (or several that belong together); what only its guards and deciders
need stands beside it. A new branch is a module here, its states in ``states``, and its lines in ``flows``.
"""
