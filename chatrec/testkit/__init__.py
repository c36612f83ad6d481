"""Scripted dialogues that a shop runs in its own CI: state is asserted, never wording.

A file is read (`reading`, `scenario`) and played turn by turn against a wired shop (`runner`,
`shops`), with the configured model or with answers that stand beside the turns (`scripted`).
Each finished turn (`observed`) is held against what the file expects (`expected`,
`expected_state`, `predicates`, `references`) and against what is promised in every turn
(`always`, `grounding`). Failures become text (`report`), JUnit XML (`junit`) or pytest items
(`plugin`).

How well single turns are understood is measured apart, on a hand-written set (`reading_set`,
`reading_score`, `reading_rates`): rates, which no test passes or fails by.
"""
