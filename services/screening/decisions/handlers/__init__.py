"""services.screening.decisions.handlers"""
