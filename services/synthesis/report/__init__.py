"""services.synthesis.report"""
