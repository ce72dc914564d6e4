"""services.synthesis.projections.handlers"""
