"""workbench.projections.store"""
