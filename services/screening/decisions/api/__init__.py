"""services.screening.decisions.api"""
