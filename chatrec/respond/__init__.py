"""Recommendations, items and constraints -> the words of a reply.

Every word is made of facts. `facts` says what is so of an item, `extremes` how items compare,
`telling` what there is to tell of one among others; `plain`, `shortfall`, `card` and `opening` say
it in good sentences. `explain` lets the language model say it, and `check` with `quantities` stops
each sentence of the model's that is not so. `about` answers questions on items, with `qualities`,
`sizes`, `leading`, `converted` and `description`; `namesakes` names apart what shares a name;
`compare`, `choices`, `clarify`, `relax`, `suggest` and `courtesy` write the other kinds.
"""
