"""workbench.projections"""
