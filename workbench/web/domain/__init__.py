"""workbench.web.domain"""
