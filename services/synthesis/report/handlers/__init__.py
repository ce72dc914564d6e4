"""services.synthesis.report.handlers"""
