"""workbench.reviews.handlers"""
