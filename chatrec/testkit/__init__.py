"""Scripted dialogues that a shop runs in its own CI: state is asserted, never wording.

    reading      file -> scenarios, errors by file and line
    scenario     the format
    predicates   catalogue row -> yes or no
    references   "prev:2", "t1:3", "cheapest", "last" -> item
    grounding    words -> titles, brands and prices in them that no shown item has
    checks       one turn -> failures, expected and always checked
    scripted     a language model whose answers stand beside the turns
    shops        catalogue -> a wired shop, one per catalogue
    runner       scenario -> report
    report       report -> text; junit: reports -> XML
    plugin       `*.dialogue.yaml` under pytest
"""
