"""Pictures of products -> vectors beside those of their texts, and a photo -> what looks like it.

Off unless `photos.model` names a CLIP-like model.
"""
