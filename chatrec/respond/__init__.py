"""Recommendations, items and constraints -> the words of a reply.

Every word is made of facts: `facts` says what is so of an item, `plain` says it in good
sentences, `explain` lets the language model say it and `check` stops each sentence of the model's
that is not so. `about`, `compare`, `clarify`, `relax` and `suggest` write the other kinds.
"""
