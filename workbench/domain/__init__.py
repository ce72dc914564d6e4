"""workbench.domain"""
