"""services.screening.decisions.schemas"""
