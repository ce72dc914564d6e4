"""workbench.projections.domain"""
