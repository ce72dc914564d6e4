"""services.synthesis.report.adapters"""
