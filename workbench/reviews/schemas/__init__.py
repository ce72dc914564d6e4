"""workbench.reviews.schemas"""
