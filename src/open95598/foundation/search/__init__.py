"""Search in Chinese over whatever rooms declare: analyser, index, indexer, ranking. Knows no domain.

A room declares a source (``sources.declare``), tells what changed (``services.changed``) and searches through
``queries.search``; the rules' section ``search`` holds the field's words and synonyms.
"""
